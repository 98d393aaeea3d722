import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remainingWait, restartDelay } from './batch-window.ts';

const window = { size: 32, windowMs: 100, quietMs: 5 };

test('no input ever waits longer than the window, and a full batch not at all', () => {
  fc.assert(
    fc.property(fc.nat(64), fc.nat(500), fc.nat(500), (count, age, quiet) => {
      const now = 1000;
      const waiting = { count, oldestAt: now - age, newestAt: now - Math.min(age, quiet) };
      const wait = remainingWait(waiting, window, now);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait + age).toBeLessThanOrEqual(Math.max(100, age));
      if (count >= 32) expect(wait).toBe(0);
    }),
  );
});

test('a process that crashes again and again rests longer and longer, up to ten seconds', () => {
  expect([0, 1, 2, 3, 4, 20].map(restartDelay)).toEqual([0, 0, 100, 200, 400, 10_000]);
});
