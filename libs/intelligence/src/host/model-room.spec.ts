import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelRoom } from './model-room.ts';

test('the limits of all that are inside never add up to more than there is, and everybody who fits gets in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 1, max: 60 })), async (total, needs) => {
      const room = new ModelRoom(total, () => {});
      let inside = 0;
      const outcomes = await Promise.allSettled(
        needs.map(async (need) => {
          const leave = await room.enter('model 1', need);
          inside += need;
          expect(inside).toBeLessThanOrEqual(total);
          await new Promise((settle) => setImmediate(settle));
          inside -= need;
          leave();
          leave();
        }),
      );
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(needs.map((need) => need > total));
    }),
    { numRuns: 50 },
  );
});

test('a model that will never fit is refused with both figures', async () => {
  const room = new ModelRoom(1000, () => {});
  await expect(room.enter('giant 2', 3000)).rejects.toMatchObject({
    code: 'INFERENCE_MODEL_TOO_LARGE',
    message: 'The model giant 2 may take 3000 MB; all models of this program together have 1000 MB.',
  });
});

test('who waits asks those that rest to make room', async () => {
  let leave = () => {};
  const room = new ModelRoom(1000, () => leave());
  leave = await room.enter('resting 1', 800);
  expect(room.isWanted).toBe(false);
  await room.enter('next 1', 500);
});
