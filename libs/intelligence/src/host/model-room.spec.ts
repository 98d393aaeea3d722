import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelRoom } from './model-room.ts';

test('the limits of all that are inside never add up to more than there is, and everybody gets in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 1, max: 50 })), async (total, wishes) => {
      const needs = wishes.map((wish) => Math.min(wish, total));
      const room = new ModelRoom(total, () => {});
      let inside = 0;
      const outcomes = await Promise.allSettled(
        needs.map(async (need) => {
          const leave = await room.enter(need);
          inside += need;
          expect(inside).toBeLessThanOrEqual(total);
          await new Promise((settle) => setImmediate(settle));
          inside -= need;
          leave();
          leave();
        }),
      );
      expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('who waits asks those that rest to make room', async () => {
  let leave = () => {};
  const room = new ModelRoom(1000, () => leave());
  leave = await room.enter(800);
  expect(room.isWanted).toBe(false);
  await room.enter(500);
});
