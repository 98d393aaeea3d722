import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bandProbes, bandsOf, hashBits, isTelling, nearDistance } from './perceptual-hash.ts';

const anyHash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => hashBits(value.toString(16)));

function flip(hash: string, positions: number[]): string {
  return [...hash].map((bit, at) => (positions.includes(at) ? (bit === '1' ? '0' : '1') : bit)).join('');
}

test('two hashes within the distance always meet in a probed band', () => {
  fc.assert(
    fc.property(anyHash, fc.uniqueArray(fc.nat(63), { maxLength: nearDistance }), (hash, positions) => {
      const { bands, values } = bandProbes(hash);
      const other = bandsOf(flip(hash, positions));
      expect(bands.some((band, index) => other[band] === values[index])).toBe(true);
    }),
  );
});

test('a blank picture is like no other', () => {
  expect(isTelling('0'.repeat(64))).toBe(false);
  expect(isTelling(hashBits('f0f0f0f0f0f0f0f0'))).toBe(true);
});

test('hex and bits agree', () => {
  expect(hashBits('8000000000000001')).toBe(`1${'0'.repeat(62)}1`);
  expect(bandsOf(hashBits('0001000200030004'))).toEqual([1, 2, 3, 4]);
});
