import fc from 'fast-check';
import { expect, it } from 'vitest';
import { invert, multiply } from './galois.ts';

const byte = fc.integer({ min: 0, max: 255 });

it('multiplies as FIPS 197 shows', () => {
  expect(multiply(0x57, 0x83)).toBe(0xc1);
  expect(multiply(0x57, 0x13)).toBe(0xfe);
});

it('inverts every byte but zero', () => {
  for (let value = 1; value < 256; value++) expect(multiply(value, invert(value))).toBe(1);
  expect(invert(0)).toBe(0);
});

it('is a field: products commute, associate and distribute over exclusive or', () => {
  fc.assert(
    fc.property(byte, byte, byte, (a, b, c) => {
      expect(multiply(a, b)).toBe(multiply(b, a));
      expect(multiply(a, multiply(b, c))).toBe(multiply(multiply(a, b), c));
      expect(multiply(a, b ^ c)).toBe(multiply(a, b) ^ multiply(a, c));
    }),
  );
});
