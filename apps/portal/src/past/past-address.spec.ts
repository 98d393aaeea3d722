import { expect, test } from 'vitest';
import { readPastAddress } from './past-address.ts';

test('an address says how far back, and which graph alone', () => {
  expect(readPastAddress({ range: 'week', metric: 'slices.cpu' })).toEqual({ range: 'week', metric: 'slices.cpu' });
});

test('an hour needs no words, and what fits nothing is left out', () => {
  expect(readPastAddress({ range: 'hour', metric: 'holdfast_secret' })).toEqual({});
});
