import { expect, test } from 'vitest';
import { flowSeries } from './flow-series.ts';

const flow = (day: string, from: string, to: string, bytes: number) => ({ day, from, to, moves: 1, bytes });

test('days without moves are zero, days too long ago are left out, and the largest flow comes first', () => {
  const [first, second, third] = flowSeries(
    [
      flow('2026-11-20', 'warm', 'cold', 5),
      flow('2026-11-18', 'hot', 'warm', 40),
      flow('2026-11-20', 'hot', 'warm', 2),
      flow('2026-10-01', 'cold', 'hot', 900),
    ],
    '2026-11-20',
    3,
  );
  expect(first).toMatchObject({ from: 'hot', to: 'warm', totalBytes: 42, totalMoves: 2 });
  expect(first?.days).toEqual([
    { day: '2026-11-18', bytes: 40, moves: 1 },
    { day: '2026-11-19', bytes: 0, moves: 0 },
    { day: '2026-11-20', bytes: 2, moves: 1 },
  ]);
  expect(first?.most).toEqual({ day: '2026-11-18', bytes: 40 });
  expect(second).toMatchObject({ from: 'warm', to: 'cold' });
  expect(third).toBeUndefined();
});

test('nothing moved makes no series', () => {
  expect(flowSeries([], '2026-11-20')).toEqual([]);
});
