import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pickTriedValues, readTriedValues, writeTriedValues } from './tried-values.ts';

const keys = /^[a-z]{1,9}$/;

test('values survive writing and reading, in one order', () => {
  const values = fc.dictionary(fc.stringMatching(keys), fc.nat(999_999_999), { maxKeys: 12, noNullPrototype: true });
  fc.assert(
    fc.property(values, (some) => {
      expect(readTriedValues(writeTriedValues(some), keys)).toEqual(some);
    }),
  );
  expect(writeTriedValues({ video: 8, ml: 2 })).toBe('ml:2,video:8');
  expect(writeTriedValues({})).toBeUndefined();
});

test('what is no value, too much or not for here is left out', () => {
  expect(readTriedValues('ml:2,Video:3,api:99,x,os:-1,:4,a:b:1', keys, 98)).toEqual({ ml: 2 });
  expect(readTriedValues(undefined, keys)).toEqual({});
  expect(pickTriedValues({ ml: 2, 'video.threads': 4 }, keys)).toEqual({ ml: 2 });
});
