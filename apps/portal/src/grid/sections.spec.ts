import { expect, test } from 'vitest';
import { type GridOptions, lastNotAbove, layoutSections, locate, sectionAt, visibleSections } from './sections.ts';

const options: GridOptions = { width: 800, targetHeight: 180, gap: 4, headerHeight: 40, meanRatio: 1.4 };
const ratios = (count: number) => Float32Array.from({ length: count }, (_, index) => 0.7 + (index % 5) * 0.25);
const layout = layoutSections(
  [
    { key: '2024-03', count: 40, ratios: ratios(40) },
    { key: '2024-02', count: 500, ratios: [] },
    { key: '2024-01', count: 25, ratios: ratios(10) },
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
  expect(layout.sections[1]?.pending).toBe(500);
  expect(layout.sections[1]?.height).toBeGreaterThan(10_000);
  expect(layout.sections[2]?.pending).toBe(15);
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

test('binary search over ascending tops', () => {
  expect([-1, 0, 5, 10, 99].map((value) => lastNotAbove([0, 10, 20], value))).toEqual([0, 0, 0, 1, 2]);
});
