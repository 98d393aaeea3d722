import { expect, test } from 'vitest';
import { ageRows } from './age-grid.ts';

const bands = [
  { label: 'up to 24 hours', fromHours: 0, toHours: 24 },
  { label: 'over 24 hours', fromHours: 24, toHours: null },
];

test('every age has a cell for every tier, tinted by the largest', () => {
  const items = [
    { tier: 'hot', band: 0, objects: 2, bytes: 200 },
    { tier: 'cold', band: 1, objects: 9, bytes: 800 },
  ];
  const rows = ageRows({ bands, items }, ['hot', 'cold']);
  expect(rows.map(({ bytes }) => bytes)).toEqual([200, 800]);
  expect(rows[0]?.cells).toEqual([
    { objects: 2, bytes: 200, weight: 0.25 },
    { objects: 0, bytes: 0, weight: 0 },
  ]);
});

test('an empty store tints nothing', () => {
  expect(ageRows({ bands, items: [] }, ['hot']).flatMap(({ cells }) => cells.map(({ weight }) => weight))).toEqual([0, 0]);
});
