import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  plainSize,
  sealedChunkBytes,
  sealedChunkCount,
  sealedHeaderBytes,
  sealedSize,
  sealedSpan,
  sealedTagBytes,
} from './layout.ts';

const stride = sealedChunkBytes + sealedTagBytes;
const invalid = { code: 'KEYS_OBJECT_SIZE_INVALID' };
/** Sizes near the edges of chunks, and any up to the largest. */
const plainBytes = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 2 ** 20 }), fc.integer({ min: -20, max: 20 })).map(([n, by]) => n * sealedChunkBytes + by),
  fc.integer({ min: 0, max: 2 ** 50 - 1 }),
);

test('a sealed size says how many bytes it holds', () => {
  fc.assert(
    fc.property(
      plainBytes.filter((size) => size >= 0),
      (size) => {
        expect(plainSize(sealedSize(size))).toBe(size);
      },
    ),
  );
});

test('a size that no object has is refused, above all one cut between two chunks', () => {
  fc.assert(
    fc.property(plainBytes, (size) => {
      let plain: number;
      try {
        plain = plainSize(size);
      } catch (error) {
        expect(error).toMatchObject(invalid);
        return;
      }
      expect(sealedSize(plain)).toBe(size);
    }),
  );
  for (const chunks of [0, 1, 2, 1000])
    for (const over of [0, 1, sealedTagBytes - 1])
      expect(() => plainSize(sealedHeaderBytes + chunks * stride + over)).toThrow(expect.objectContaining(invalid));
  for (const size of [-1, 0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
    expect(() => plainSize(size)).toThrow(expect.objectContaining(invalid));
});

test('the span of a range holds its bytes, no chunk too many, and lies within the file', () => {
  const range = plainBytes
    .filter((size) => size > 0)
    .chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })));
  fc.assert(
    fc.property(range, ([size, one, other]) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      const { firstChunk, lastChunk, offset, length } = sealedSpan(start, end, size);
      expect(firstChunk).toBe(Math.floor(start / sealedChunkBytes));
      expect(lastChunk).toBe(Math.floor(end / sealedChunkBytes));
      expect(offset).toBe(sealedHeaderBytes + firstChunk * stride);
      const isFinal = lastChunk === sealedChunkCount(size) - 1;
      expect(offset + length).toBe(isFinal ? sealedSize(size) : sealedHeaderBytes + (lastChunk + 1) * stride);
      expect(offset + length).toBeLessThanOrEqual(sealedSize(size));
    }),
  );
});

test.each([
  [-1, 0, 1],
  [0, 1, 1],
  [1, 0, 2],
  [0, 0, 0],
  [0.5, 1, 2],
])('the range %d to %d of %d bytes is refused', (start, end, size) => {
  expect(() => sealedSpan(start, end, size)).toThrow(expect.objectContaining({ code: 'KEYS_OBJECT_RANGE_INVALID' }));
});
