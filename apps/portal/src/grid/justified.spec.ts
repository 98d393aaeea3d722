import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateHeight, type JustifyOptions, justify, layoutRatio } from './justified.ts';

const options: JustifyOptions = { width: 1000, targetHeight: 200, gap: 4 };

function widthOf(ratios: number[], row: { first: number; last: number; height: number }): number {
  const tiles = ratios.slice(row.first, row.last).map((ratio) => layoutRatio(ratio) * row.height);
  return tiles.reduce((sum, width) => sum + width, 0) + options.gap * (tiles.length - 1);
}

test('every asset is in exactly one row, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 6, noNaN: true }), { maxLength: 400 }), (ratios) => {
      const rows = justify(ratios, options);
      expect(rows.flatMap((row) => Array.from({ length: row.last - row.first }, (_, k) => row.first + k))).toEqual(
        ratios.map((_, index) => index),
      );
    }),
  );
});

test('no row is wider than the page, and full rows fill it', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.5, max: 3, noNaN: true }), { minLength: 20, maxLength: 400 }), (ratios) => {
      const rows = justify(ratios, options);
      for (const row of rows) expect(widthOf(ratios, row)).toBeLessThanOrEqual(options.width + 0.01);
      for (const row of rows.slice(0, -1))
        if (row.height < options.targetHeight * 1.59) expect(widthOf(ratios, row)).toBeCloseTo(options.width, 3);
    }),
  );
});

test('rows stay near the height asked for', () => {
  const ratios = Array.from({ length: 500 }, (_, index) => [1.5, 0.67, 1.78, 1][index % 4] ?? 1);
  for (const row of justify(ratios, options).slice(0, -1)) {
    expect(row.height).toBeGreaterThan(140);
    expect(row.height).toBeLessThan(290);
  }
});

test('a few assets on the last row are not blown up', () => {
  expect(justify([1.5, 1], options)).toEqual([{ first: 0, last: 2, height: 200 }]);
});

test('ratios that are not numbers do not break the layout', () => {
  expect([Number.NaN, 0, -3, Number.POSITIVE_INFINITY, 100, 0.001].map(layoutRatio)).toEqual([1, 1, 1, 1, 3.2, 0.45]);
});

test('nothing takes no height; the estimate is near the truth for ordinary pictures', () => {
  expect(justify([], options)).toEqual([]);
  expect(estimateHeight(0, 1.4, options)).toBe(0);
  const ratios = Array.from({ length: 1000 }, (_, index) => [1.5, 1.33, 0.75, 1.78][index % 4] ?? 1);
  const truth = justify(ratios, options).reduce((sum, row) => sum + row.height + options.gap, 0);
  expect(estimateHeight(1000, 1.34, options) / truth).toBeGreaterThan(0.85);
  expect(estimateHeight(1000, 1.34, options) / truth).toBeLessThan(1.15);
});

test('of a hundred thousand assets each is laid out once', () => {
  const ratios = Float32Array.from({ length: 100_000 }, (_, index) => 0.6 + (index % 17) / 10);
  expect(justify(ratios, options).reduce((sum, { first, last }) => sum + last - first, 0)).toBe(100_000);
});
