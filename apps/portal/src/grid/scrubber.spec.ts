import { expect, test } from 'vitest';
import { monthAt, monthTicks, positionOfScroll, scrollOfPosition, stepMonth, yearMarks } from './scrubber.ts';
import { layoutSections } from './sections.ts';

const months = ['2024-03', '2024-01', '2023-12', '2023-11', '2019-06'];
const layout = layoutSections(
  months.map((key, index) => ({ key, count: 100 * (index + 1), parts: [{ count: 100 * (index + 1), ratios: [] }] })),
  { width: 800, targetHeight: 180, gap: 4, headerHeight: 40, meanRatio: 1.4 },
);

test('ruler and scroll offset are each other’s inverse', () => {
  for (const position of [0, 0.25, 0.5, 1])
    expect(positionOfScroll(scrollOfPosition(position, layout.height, 700), layout.height, 700)).toBeCloseTo(position);
  expect(scrollOfPosition(2, 1000, 400)).toBe(600);
  expect(scrollOfPosition(0.5, 300, 400)).toBe(0);
});

test('each year is named once, unless two would touch', () => {
  expect(yearMarks(monthTicks(layout), 0).map((mark) => mark.year)).toEqual(['2024', '2023', '2019']);
  expect(yearMarks(monthTicks(layout), 0.5).map((mark) => mark.year)).toEqual(['2024', '2019']);
});

test('the month under the pointer', () => {
  expect(monthAt(layout, 0, 700)).toBe('2024-03');
  expect(monthAt(layout, 1, 700)).toBe('2019-06');
});

test('stepping by month stops at both ends', () => {
  expect(stepMonth(layout, 0, 1)).toBe(layout.sections[1]?.top);
  expect(stepMonth(layout, 0, -1)).toBe(0);
  expect(stepMonth(layout, 0, 99)).toBe(layout.sections.at(-1)?.top);
});

test('the fullest month reaches full density and the smallest stays visible', () => {
  const ticks = monthTicks(layout);
  expect(Math.max(...ticks.map((tick) => tick.density))).toBe(1);
  expect(Math.min(...ticks.map((tick) => tick.density))).toBeGreaterThan(0.4);
});
