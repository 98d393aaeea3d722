import { expect, test } from 'vitest';
import { monthRange, withinMonth } from './month-range.ts';

test('months end on their own last day', () => {
  expect(monthRange('2024-02')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
  expect(monthRange('2023-12')).toEqual({ from: '2023-12-01', to: '2023-12-31' });
});

test('a filter that is stricter than the month stays', () => {
  expect(withinMonth({ from: '2024-02-10', to: '2025-01-01', minRating: 3 }, '2024-02')).toEqual({
    from: '2024-02-10',
    to: '2024-02-29',
    minRating: 3,
  });
});
