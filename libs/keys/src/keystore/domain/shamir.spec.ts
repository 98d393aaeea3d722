import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinSecret, splitSecret } from './shamir.ts';

const secret = fc.uint8Array({ minLength: 1, maxLength: 48 });

it('gives the secret back from any three of five shares, in any order', () => {
  fc.assert(
    fc.property(secret, fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 3 }), (bytes, chosen) => {
      const points = splitSecret(bytes, 3, 5);
      const some = chosen.flatMap((at) => points[at] ?? []);
      expect(joinSecret(some)).toEqual(Buffer.from(bytes));
    }),
  );
});

it('gives something else from two shares, or with a changed one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = randomBytes(32);
      const points = splitSecret(bytes, 3, 5);
      expect(joinSecret(points.slice(0, 2))).not.toEqual(bytes);
      const [first] = points;
      if (first) first.value[at] = (first.value[at] ?? 0) ^ change;
      expect(joinSecret(points.slice(0, 3))).not.toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});

it('makes of two shares every secret equally likely: a third can be found for any', () => {
  const points = splitSecret(Buffer.from([7]), 3, 3);
  const secrets = new Set<number>();
  for (let value = 0; value < 256; value++) {
    const third = { index: 3, value: Buffer.from([value]) };
    secrets.add(joinSecret([...points.slice(0, 2), third])[0] ?? -1);
  }
  expect(secrets.size).toBe(256);
});
