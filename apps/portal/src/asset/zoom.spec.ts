import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actualScale, fitSize, fitted, greatestScale, keepInFrame, zoomAt } from './zoom.ts';

const frame = { width: 1000, height: 600 };
const photo = { width: 6000, height: 4000 };

test('a picture fits its frame; a small one is enlarged to twice at most', () => {
  expect(fitSize(photo, frame)).toEqual({ width: 900, height: 600 });
  expect(fitSize({ width: 100, height: 50 }, frame)).toEqual({ width: 200, height: 100 });
  expect(fitSize({ width: 0, height: 0 }, frame)).toEqual({ width: 0, height: 0 });
});

test('the point under the pointer stays where it is', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 8, noNaN: true }),
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -300, max: 300 }),
      (scale, factor, x, y) => {
        const before = { scale, x: 40, y: -20 };
        const after = zoomAt(before, factor, x, y, 20);
        expect((x - after.x) / after.scale).toBeCloseTo((x - before.x) / before.scale, 6);
        expect((y - after.y) / after.scale).toBeCloseTo((y - before.y) / before.scale, 6);
      },
    ),
  );
});

test('a picture cannot be dragged out of sight', () => {
  expect(keepInFrame({ scale: 1, x: 400, y: 90 }, photo, frame)).toEqual(fitted);
  expect(keepInFrame({ scale: 2, x: 9999, y: -9999 }, photo, frame)).toEqual({ scale: 2, x: 400, y: -300 });
});

test('magnification has a floor at fitting and a ceiling at four screen pixels a pixel', () => {
  expect(zoomAt(fitted, 0.1, 0, 0, 20).scale).toBe(1);
  expect(greatestScale(photo, frame)).toBeCloseTo(26.67, 1);
  expect(actualScale(photo, frame)).toBeCloseTo(6.67, 1);
});
