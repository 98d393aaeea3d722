import { expect, test } from 'vitest';
import { paceOf } from './run-pace.ts';

const began = Date.parse('2026-11-21T18:00:00Z');
const run = {
  startedAt: new Date(began).toISOString(),
  endedAt: null,
  plannedMoves: 10,
  plannedBytes: 1000,
  doneMoves: 3,
  doneBytes: 250,
};

test('a run is as far as its bytes, at the rate since it began', () => {
  expect(paceOf(run, began + 5000)).toEqual({ share: 0.25, bytesPerSecond: 50, leftMs: 15_000 });
});

test('before anything is moved no rate is known', () => {
  expect(paceOf({ ...run, startedAt: null, doneBytes: 0 }, began)).toEqual({
    share: 0,
    bytesPerSecond: undefined,
    leftMs: undefined,
  });
  expect(paceOf({ ...run, doneBytes: 0 }, began + 9000).leftMs).toBeUndefined();
});

test('what has ended has a rate and nothing left; empty objects count as moves', () => {
  const ended = { ...run, endedAt: new Date(began + 4000).toISOString(), doneBytes: 1000, doneMoves: 10 };
  expect(paceOf(ended, began + 60_000)).toEqual({ share: 1, bytesPerSecond: 250, leftMs: undefined });
  expect(paceOf({ ...run, plannedBytes: 0, doneBytes: 0, doneMoves: 5 }, began + 9000).share).toBe(0.5);
});
