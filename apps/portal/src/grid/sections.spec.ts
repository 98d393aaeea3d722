import { expect, test } from 'vitest';
import { type GridOptions, lastNotAbove, layoutSections, locate, sectionAt, visibleSections } from './sections.ts';

const options: GridOptions = { width: 800, targetHeight: 180, gap: 4, headerHeight: 40, meanRatio: 1.4 };
const ratios = (count: number) => Float32Array.from({ length: count }, (_, index) => 0.7 + (index % 5) * 0.25);
const layout = layoutSections(
  [
    { key: '2024-03', count: 40, parts: [{ count: 40, ratios: ratios(40) }] },
    { key: '2024-02', count: 500, parts: [{ count: 500, ratios: [] }] },
    { key: '2024-01', count: 25, parts: [{ count: 25, ratios: ratios(10) }] },
  ],
  options,
);

test('sections lie below each other and count through', () => {
  expect(layout.total).toBe(565);
  expect(layout.sections.map((section) => section.firstIndex)).toEqual([0, 40, 540]);
  expect(layout.sections[1]?.top).toBe(layout.sections[0]?.height);
  expect(layout.height).toBe(layout.sections.reduce((sum, section) => sum + section.height, 0));
});

test('what is not loaded yet takes its likely height', () => {
  expect(layout.sections[1]?.pending).toMatchObject([{ first: 0, count: 500, top: 0 }]);
  expect(layout.sections[1]?.height).toBeGreaterThan(10_000);
  expect(layout.sections[2]?.pending).toMatchObject([{ first: 10, count: 15 }]);
});

test('only rows that touch the window are shown', () => {
  const visible = visibleSections(layout, options, 0, 300);
  expect(visible).toHaveLength(1);
  expect(visible[0]?.firstRow).toBe(0);
  expect(visible[0]?.lastRow).toBeLessThanOrEqual(3);
  const border = layout.sections[1]?.top ?? 0;
  expect(visibleSections(layout, options, border - 10, border + 10).map((entry) => entry.section)).toEqual([0, 1]);
});

test('an asset is found again in its row; one not loaded is nowhere', () => {
  const place = locate(layout, 39);
  expect(place?.section).toBe(0);
  expect(place?.row).toBe((layout.sections[0]?.rows.length ?? 0) - 1);
  expect(locate(layout, 300)).toBeUndefined();
});

test('the section at a height, before the start and after the end too', () => {
  expect(sectionAt(layout, -50)).toBe(0);
  expect(sectionAt(layout, (layout.sections[1]?.top ?? 0) + 1)).toBe(1);
  expect(sectionAt(layout, 1e9)).toBe(2);
});

test('a month that was begun in its middle shows that part where it belongs, with room for what lies before and after', () => {
  const parts = [{ ratios: [] }, { ratios: ratios(200) }, { ratios: [] }].map((part) => ({ count: 200, ...part }));
  const begun = layoutSections([{ key: '2024-05', count: 600, parts }], options);
  const [section] = begun.sections;
  expect(section?.pending.map(({ first, count }) => [first, count])).toEqual([
    [0, 200],
    [400, 200],
  ]);
  expect(section?.rows[0]?.first).toBe(200);
  expect(section?.rows.at(-1)?.last).toBe(400);
  expect(section?.rowTops[0]).toBe(section?.pending[0]?.height);
  expect(locate(begun, 199)).toBeUndefined();
  expect(locate(begun, 200)).toEqual({ section: 0, row: 0 });
  const top = (section?.top ?? 0) + options.headerHeight + (section?.partTops[1] ?? 0);
  const [visible] = visibleSections(begun, options, top + 400, top + 800);
  expect(visible?.pending).toEqual([]);
  expect(visible?.firstRow).toBeGreaterThan(0);
});

test('a part that is followed by another ends in a full row, so that the border between them is not seen', () => {
  const widths = Array.from({ length: 200 }, (_, count) => {
    const parts = [1, 2].map(() => ({ count: count + 20, ratios: ratios(count + 20) }));
    const [section] = layoutSections([{ key: '2024-05', count: 2 * (count + 20), parts }], options).sections;
    const last = section?.rows.filter((row) => row.part === 0).at(-1) ?? { first: 0, last: 0, height: 0 };
    const sum = ratios(count + 20)
      .slice(last.first, last.last)
      .reduce((total, ratio) => total + ratio, 0);
    return sum * last.height + options.gap * (last.last - last.first - 1);
  });
  for (const width of widths) expect(width).toBeCloseTo(options.width, 1);
});

test('binary search over ascending tops', () => {
  expect([-1, 0, 5, 10, 99].map((value) => lastNotAbove([0, 10, 20], value))).toEqual([0, 0, 0, 1, 2]);
});
