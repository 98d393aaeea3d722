import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysUntil, type FillSample, forecastGrowth } from './forecast.ts';

const start = new Date('2026-11-01T00:00:00Z').getTime();
const hour = 3_600_000;
const growing = (perDay: number, hours: number, noise: (index: number) => number = () => 0): FillSample[] =>
  Array.from({ length: hours }, (_, index) => ({
    at: new Date(start + index * hour),
    usedBytes: 1e12 + (perDay * index) / 24 + noise(index),
  }));

describe('a forecast', () => {
  test('of a steady growth is that growth, with hardly any range', () => {
    const { growth } = forecastGrowth(growing(24e9, 24 * 14));
    expect(growth?.likely).toBeCloseTo(24e9, -6);
    expect((growth?.high ?? 0) - (growth?.low ?? 0)).toBeLessThan(1e7);
  });
  test('is not turned by one clean-up or one large import', () => {
    const jump = forecastGrowth(growing(24e9, 24 * 14, (index) => (index > 300 ? 3e11 : 0))).growth;
    expect(jump?.likely).toBeLessThan(40e9);
    const dip = forecastGrowth(growing(24e9, 24 * 14, (index) => (index === 100 ? -9e11 : 0))).growth;
    expect(dip?.likely).toBeCloseTo(24e9, -9);
  });
  test('has a range that holds the true growth when figures scatter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 200, maxLength: 200 }),
        (perDay, noise) => {
          const { growth } = forecastGrowth(growing(perDay * 1e9, 200, (index) => (noise[index] ?? 0) * 1e6));
          expect(growth?.low).toBeLessThanOrEqual(growth?.likely ?? 0);
          expect(growth?.likely).toBeLessThanOrEqual(growth?.high ?? 0);
          expect(Math.abs((growth?.likely ?? 0) - perDay * 1e9)).toBeLessThan(1e9);
        },
      ),
    );
  });
  test('says when there is not enough history', () => {
    expect(forecastGrowth(growing(24e9, 11)).growth).toBeUndefined();
    expect(forecastGrowth(growing(24e9, 20)).growth).toBeUndefined();
    expect(forecastGrowth([]).growth).toBeUndefined();
  });
  test('counts days to a mark as a range, and says never where growth leads away from it', () => {
    expect(daysUntil(100, { low: -5, likely: 5, high: 10 })).toEqual({ soonest: 10, likely: 20, latest: null });
    expect(daysUntil(-1, { low: 1, likely: 1, high: 1 })).toEqual({ soonest: 0, likely: 0, latest: 0 });
  });
});
