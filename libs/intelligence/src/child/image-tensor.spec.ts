import { expect, test } from 'vitest';
import { toPixelValues } from './image-tensor.ts';

const base = {
  width: 2,
  height: 1,
  fit: 'fill',
  layout: 'NCHW',
  channelOrder: 'RGB',
  rescale: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
} as const;
const settings = (change: object) =>
  ({ ...base, mean: [...base.mean], std: [...base.std], ...change }) as Parameters<typeof toPixelValues>[2];
const twoPixels = Uint8Array.of(1, 2, 3, 4, 5, 6);

test('channels come one after the other, or with each pixel', () => {
  expect([...toPixelValues(twoPixels, 1, settings({}))]).toEqual([1, 4, 2, 5, 3, 6]);
  expect([...toPixelValues(twoPixels, 1, settings({ layout: 'NHWC' }))]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('blue comes first where the model wants it', () => {
  expect([...toPixelValues(twoPixels, 1, settings({ channelOrder: 'BGR' }))]).toEqual([3, 6, 2, 5, 1, 4]);
});

test('bytes are scaled, then shifted by the mean and divided by the deviation of their channel', () => {
  const values = toPixelValues(
    Uint8Array.of(0, 127.5, 255, 255, 255, 255),
    1,
    settings({ rescale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.25, 1] }),
  );
  expect([...values].map((value) => Math.round(value * 100) / 100)).toEqual([-1, 1, -0.01, 2, 0.5, 0.5]);
});

test('several pictures lie one after the other', () => {
  expect([...toPixelValues(Uint8Array.of(...twoPixels, ...twoPixels), 2, settings({}))]).toEqual([
    1, 4, 2, 5, 3, 6, 1, 4, 2, 5, 3, 6,
  ]);
});
