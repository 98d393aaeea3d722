import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('never more run at a time than may, all of them run, and in the order in which they came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean(), { maxLength: 20 }), async (atOnce, works) => {
      const turns = new Turns(atOnce);
      let running = 0;
      let most = 0;
      const begun: number[] = [];
      const outcomes = await Promise.allSettled(
        works.map((fails, index) =>
          turns.take(async () => {
            begun.push(index);
            running += 1;
            most = Math.max(most, running);
            await new Promise((settle) => setImmediate(settle));
            running -= 1;
            if (fails) throw new Error('as asked');
          }),
        ),
      );
      expect(most).toBe(Math.min(atOnce, works.length));
      expect(begun).toEqual(works.map((_, index) => index));
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(works);
    }),
    { numRuns: 30 },
  );
});

test('who gives up while waiting leaves the line, and the turn goes to the next', async () => {
  const turns = new Turns(1);
  const hold = Promise.withResolvers<void>();
  const first = turns.take(() => hold.promise);
  const abort = new AbortController();
  const second = turns.take(async () => 'second', abort.signal);
  const third = turns.take(async () => 'third');
  abort.abort(new Error('no longer wanted'));
  await expect(second).rejects.toThrow('no longer wanted');
  hold.resolve();
  await first;
  expect(await third).toBe('third');
  await expect(turns.take(async () => 'late', abort.signal)).rejects.toThrow('no longer wanted');
});
