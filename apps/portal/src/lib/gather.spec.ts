import { expect, test, vi } from 'vitest';
import { gather } from './gather.ts';

test('a burst becomes one call with every value once; a later value becomes a second', () => {
  vi.useFakeTimers();
  const calls: string[][] = [];
  const push = gather<string>(100, (values) => calls.push([...values]));
  for (const value of ['a', 'b', 'a']) push(value);
  vi.advanceTimersByTime(99);
  expect(calls).toEqual([]);
  vi.advanceTimersByTime(1);
  push('c');
  vi.advanceTimersByTime(100);
  expect(calls).toEqual([['a', 'b'], ['c']]);
  vi.useRealTimers();
});
