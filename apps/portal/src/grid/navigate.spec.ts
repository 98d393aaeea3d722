import { expect, test } from 'vitest';
import { neighbourOf, scrollToShow, topOf } from './navigate.ts';
import { layoutSections } from './sections.ts';

// Squares of 100 in a width of 310: three a row.
const ratios = [new Float32Array(7).fill(1), new Float32Array(2).fill(1), new Float32Array(0)];
const layout = layoutSections(
  [
    { key: '2024-03', count: 7, parts: [{ count: 7, ratios: ratios[0] ?? [] }] },
    { key: '2024-02', count: 2, parts: [{ count: 2, ratios: ratios[1] ?? [] }] },
    { key: '2024-01', count: 50, parts: [{ count: 50, ratios: ratios[2] ?? [] }] },
  ],
  { width: 308, targetHeight: 100, gap: 4, headerHeight: 40, meanRatio: 1 },
);
const go = (index: number, direction: Parameters<typeof neighbourOf>[3]) =>
  neighbourOf(layout, (section) => (at) => ratios[section]?.[at] ?? 1, index, direction, 4);

test('left and right go through the months as if they were one line', () => {
  expect([go(0, 'left'), go(0, 'right'), go(6, 'right'), go(58, 'right')]).toEqual([0, 1, 7, 58]);
});

test('up and down keep to the column, also over the border of a month', () => {
  expect([go(1, 'down'), go(4, 'up'), go(3, 'down'), go(5, 'down'), go(7, 'up'), go(6, 'down')]).toEqual([4, 1, 6, 6, 6, 7]);
  expect(go(1, 'up')).toBe(1);
});

test('down from the last loaded row leads to what is not loaded yet', () => {
  expect(go(8, 'down')).toBe(9);
  expect(go(9, 'down')).toBe(10);
});

test('home and end of the row and of all', () => {
  expect([go(4, 'rowStart'), go(4, 'rowEnd'), go(4, 'start'), go(4, 'end')]).toEqual([3, 5, 0, 58]);
});

test('scrolling moves only as far as needed', () => {
  expect(scrollToShow(500, 100, 400, 600, 40)).toBe(400);
  expect(scrollToShow(420, 100, 400, 600, 40)).toBe(380);
  expect(scrollToShow(980, 100, 400, 600, 40)).toBe(488);
});

test('a place is known for assets that are not loaded too', () => {
  expect(topOf(layout, 0, 40)).toEqual({ top: 40, height: 100 });
  const unloaded = topOf(layout, 40, 40).top;
  expect(unloaded).toBeGreaterThan(layout.sections[2]?.top ?? 0);
  expect(unloaded).toBeLessThan(layout.height);
});
