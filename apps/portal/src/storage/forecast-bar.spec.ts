import fc from 'fast-check';
import { expect, test } from 'vitest';
import { axisDays, barOf } from './forecast-bar.ts';

test('the axis is as long as the latest end needs, up to two years', () => {
  expect(axisDays([{ soonest: 10, likely: 30, latest: 70 }, null])).toBe(90);
  expect(axisDays([{ soonest: 10, likely: 130, latest: null }])).toBe(180);
  expect(axisDays([{ soonest: 10, likely: 30, latest: 5000 }])).toBe(730);
  expect(
    axisDays([
      { soonest: 10, likely: 30, latest: 50 },
      { soonest: 2000, likely: 3000, latest: null },
    ]),
  ).toBe(60);
  expect(axisDays([null])).toBe(30);
});

test('what never fills, or begins to after the axis ends, has no bar', () => {
  expect(barOf({ soonest: null, likely: null, latest: null }, 90)).toBeUndefined();
  expect(barOf({ soonest: 800, likely: 900, latest: null }, 730)).toBeUndefined();
});

test('a bar lies on the axis, its likely day within it', () => {
  const day = fc.double({ min: 0, max: 3000, noNaN: true });
  fc.assert(
    fc.property(fc.array(day, { minLength: 3, maxLength: 3 }), fc.boolean(), (days, isEndless) => {
      const [soonest = 0, likely = 0, latest = 0] = days.sort((a, b) => a - b);
      const bar = barOf({ soonest, likely, latest: isEndless ? null : latest }, 365);
      expect(bar === undefined).toBe(soonest >= 365);
      if (!bar) return;
      expect(bar.from).toBeGreaterThanOrEqual(0);
      expect(bar.to).toBeLessThanOrEqual(1);
      expect(bar.from).toBeLessThanOrEqual(bar.to);
      expect(bar.isOpen).toBe(isEndless || latest > 365);
      if (bar.likely !== null) expect(bar.likely >= bar.from && bar.likely <= bar.to).toBe(true);
    }),
  );
});
