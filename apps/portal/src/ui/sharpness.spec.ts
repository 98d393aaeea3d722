import { expect, test } from 'vitest';
import { sharperThanThumbnail } from './sharpness.ts';

const pictures = { thumbnail: 'a', preview: 'b', poster: 'c' };

test.each([
  ['a tile of the usual size on a plain screen', 'image', 252, 1, undefined],
  ['the same on a screen of twice the pixels', 'image', 252, 2, 'preview'],
  ['a large tile on a plain screen', 'image', 495, 1, 'preview'],
  ['a small tile on a phone of three times the pixels', 'image', 150, 3, undefined],
  ['a large tile of a video', 'video', 495, 1, 'poster'],
] as const)('%s', (_, kind, edge, pixelRatio, wanted) => {
  expect(sharperThanThumbnail(kind, pictures, edge, pixelRatio)).toBe(wanted);
});

test('what has no larger picture keeps its thumbnail', () => {
  expect(sharperThanThumbnail('image', { thumbnail: 'a' }, 495, 2)).toBeUndefined();
});
