import { expect, test } from 'vitest';
import { gapMs, unbroken } from './rate-trail.ts';

test('a line is broken where readings are missing', () => {
  const at = (atMs: number) => ({ atMs, perMinute: 1 });
  const parts = unbroken([at(0), at(5000), at(5000 + gapMs + 1), at(10_000 + gapMs)]);
  expect(parts.map((part) => part.length)).toEqual([2, 2]);
  expect(unbroken([])).toEqual([]);
});
