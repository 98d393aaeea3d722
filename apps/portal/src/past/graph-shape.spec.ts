import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gapsOf, linesOf, mostOf, pathOf } from './graph-shape.ts';
import { graphGroups } from './graphs.ts';
import { gridOf, indexAt, momentOf, rangeNames } from './ranges.ts';
import { timeTicks, writeMoment } from './time-ticks.ts';
import { topOf, type UnitName, units, writeOnScale } from './units.ts';

const slices = graphGroups[0]?.graphs[0];
if (!slices) throw new Error('there is no graph of slices');
const nowMs = Date.UTC(2026, 10, 22, 4, 30, 7);

test('a line has a value for each point of the grid, none where nothing was measured, and the colour of its workload', () => {
  const grid = gridOf('hour', nowMs);
  const points = [0, 1, 3].map((index) => ({ at: new Date(momentOf(grid, index)).toISOString(), value: index * 10 }));
  const [api, video] = linesOf(slices, { lines: ['video', 'api'].map((slice) => ({ labels: { slice }, points })) }, grid);
  expect([api?.name, video?.name, video?.colour]).toEqual(['api', 'video', 'var(--load-video)']);
  expect(video?.values.slice(0, 5)).toEqual([0, 10, null, 30, null]);
  expect(video?.values).toHaveLength(241);
  expect(mostOf([video].filter((line) => line !== undefined))).toBe(30);
});

test('a colour that comes again is dashed', () => {
  const graph = { ...slices, nameOf: ({ chip = '' }) => chip, colourOf: undefined };
  const { colourOf: _, ...free } = graph;
  const many = Array.from({ length: 20 }, (_, index) => ({ labels: { chip: `chip${index}` }, points: [] }));
  const lines = linesOf(free, { lines: many }, gridOf('hour', nowMs));
  expect(new Set(lines.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(20);
});

test('a path is broken where nothing is known, and a point that stands alone is a dot', () => {
  expect(pathOf([0, 5, null, 10, null, 5, 5], 10, 60, 100)).toBe('M0.0 100.0L10.0 50.0M30.0 0.0h0M50.0 50.0L60.0 50.0');
});

test('a path has as many points as are known, all within the field', () => {
  const values = fc.array(fc.option(fc.float({ min: 0, max: 100, noNaN: true })), { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(values, (all) => {
      const numbers = [...pathOf(all, 100, 1000, 100).matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [
        Number(x),
        Number(y),
      ]);
      expect(numbers).toHaveLength(all.filter((value) => value !== null).length);
      for (const [x = -1, y = -1] of numbers) expect(x >= 0 && x <= 1000 && y >= 0 && y <= 100).toBe(true);
    }),
  );
});

test('times at which nothing at all was measured are found', () => {
  const line = { name: 'a', colour: '', dash: undefined };
  const lines = [
    { ...line, values: [null, 1, null, null, 1] },
    { ...line, values: [null, null, null, 2, null] },
  ];
  expect(gapsOf(lines, { fromMs: 0, stepMs: 1, count: 5 })).toEqual([
    { from: 0, to: 0 },
    { from: 2, to: 2 },
  ]);
});

test('a scale holds what was measured, and ends on a round number', () => {
  expect([topOf('cpus', 610), topOf('bytes', 1.7e10), topOf('share', 31), topOf('celsius', 62), topOf('count', 0)]).toEqual([
    800, 2e10, 100, 80, 1,
  ]);
  const names = fc.constantFrom(...(Object.keys(units) as UnitName[]));
  fc.assert(
    fc.property(names, fc.double({ min: 0, max: 1e15, noNaN: true }), (unit, most) => topOf(unit, most) >= most * 0.99999),
  );
});

test('a scale is written briefly', () => {
  expect([
    writeOnScale('cpus', 1500),
    writeOnScale('bytes', 2e10),
    writeOnScale('cpus', 750),
    writeOnScale('count', 0),
  ]).toEqual(['15 CPUs', '20 GB', '7.50 CPUs', '0']);
});

test('points fall on whole steps: a second later they are the same', () => {
  const grid = gridOf('day', nowMs);
  expect(gridOf('day', nowMs + 1000)).toEqual(grid);
  expect(indexAt(grid, momentOf(grid, 17) + 1000)).toBe(17);
  expect(indexAt(grid, grid.fromMs - grid.stepMs)).toBeUndefined();
});

test('a moment of the last hour is told to the second', () => {
  expect(writeMoment(gridOf('hour', nowMs), 1)).toMatch(/^22 Nov 2026, \d\d:\d\d:15$/);
  expect(writeMoment(gridOf('day', nowMs), 1)).toMatch(/^2[012] Nov 2026, \d\d:\d\d$/);
});

test.each(rangeNames)('the axis of a %s has a few marks in order, away from its ends', (range) => {
  const grid = gridOf(range, nowMs);
  const ticks = timeTicks(range, grid.fromMs, momentOf(grid, grid.count - 1));
  expect(ticks.length).toBeGreaterThanOrEqual(3);
  expect(ticks.length).toBeLessThanOrEqual(7);
  expect(ticks.map(({ at }) => at)).toEqual(ticks.map(({ at }) => at).toSorted((left, right) => left - right));
  for (const { at } of ticks) expect(at > 0.03 && at < 0.97).toBe(true);
});
