import { expect, test } from 'vitest';
import type { TierForecast } from '../api/types.ts';
import { daysInWords, forecastInWords, growthInWords, rangeInWords } from './forecast-words.ts';

const days = (soonest: number | null, likely: number | null, latest: number | null) => ({ soonest, likely, latest });

test.each([
  [days(40.2, 60, 94.1), 'in 40–95 days'],
  [days(40, 60, null), 'in 40 days or later'],
  [days(40, 60, 4000), 'in 40 days or later'],
  [days(null, null, null), 'not at this pace'],
  [days(1200, 2000, null), 'in over 2 years'],
  [days(0, 0, 0), 'now'],
  [days(0.2, 0.5, 0.9), 'within a day'],
  [days(5, 5, 5), 'in 5 days'],
])('%o is said as %s', (range, words) => {
  expect(rangeInWords(range)).toBe(words);
});

test('without history nothing is foretold', () => {
  const unknown = { tier: 'hot', state: 'not-enough-history', daysToFull: null } as TierForecast;
  expect(forecastInWords(unknown)).toBe('Not enough history yet');
  expect(forecastInWords({ ...unknown, state: 'known', daysToFull: days(3, 8, 12) })).toBe('Full in 3–12 days');
  expect(forecastInWords({ ...unknown, state: 'known', daysToFull: days(null, null, null) })).toBe(
    'Does not fill at this pace',
  );
});

test('days and growth have their units', () => {
  expect([0.4, 1, 12, 1000].map(daysInWords)).toEqual(['less than a day', '1 day', '12 days', 'over 2 years']);
  expect([12e9, -3e6].map(growthInWords)).toEqual(['+12.0 GB a day', '−3.00 MB a day']);
});
