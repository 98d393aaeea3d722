import { expect, test } from 'vitest';
import { formatGuess, queueHealth, timeLeftMs, totalsOf } from './queue-health.ts';

const quiet = {
  name: 'image',
  concurrency: 4,
  scaling: null,
  waiting: 0,
  running: 0,
  dead: 0,
  oldestWaitingSeconds: null,
  finishedLastMinute: 0,
} as const;

test('a queue without jobs is idle, even when it was busy a moment ago', () => {
  expect(queueHealth({ ...quiet, finishedLastMinute: 12 }).word).toBe('Idle');
});

test('jobs that wait while others get done are worked on', () => {
  expect(queueHealth({ ...quiet, waiting: 900, oldestWaitingSeconds: 4000, finishedLastMinute: 3 }).word).toBe('Working');
});

test('jobs that nothing takes are stuck after a while', () => {
  expect(queueHealth({ ...quiet, waiting: 3, oldestWaitingSeconds: 5 }).word).toBe('Starting');
  expect(queueHealth({ ...quiet, waiting: 3, oldestWaitingSeconds: 300 }).word).toBe('Stuck');
});

test('a guess names one unit', () => {
  expect([900, 42_000, 58_000, 459_000, 3_580_000, 200_000_000].map(formatGuess)).toEqual([
    '5 s',
    '40 s',
    '1 min',
    '8 min',
    '1 h',
    '2 d',
  ]);
});

test('time left follows the rate and is not guessed without one', () => {
  expect(timeLeftMs({ ...quiet, waiting: 28, running: 2, finishedLastMinute: 15 })).toBe(120_000);
  expect(timeLeftMs({ ...quiet, waiting: 30 })).toBeUndefined();
  expect(timeLeftMs({ ...quiet, finishedLastMinute: 15 })).toBeUndefined();
});

test('the oldest of all queues counts', () => {
  const totals = totalsOf([
    { ...quiet, waiting: 1, oldestWaitingSeconds: 20 },
    { ...quiet, name: 'video', waiting: 2, oldestWaitingSeconds: 90, dead: 4 },
    quiet,
  ]);
  expect(totals).toEqual({ waiting: 3, running: 0, dead: 4, finishedLastMinute: 0, oldestWaitingSeconds: 90 });
  expect(totalsOf([quiet]).oldestWaitingSeconds).toBeNull();
});
