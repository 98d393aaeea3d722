import { expect, test } from 'vitest';
import { inBatches } from './asset-actions.ts';

test('a large selection goes in requests of a thousand, none left out', () => {
  const ids = Array.from({ length: 2500 }, (_, index) => String(index));
  expect(inBatches(ids).map((batch) => batch.length)).toEqual([1000, 1000, 500]);
  expect(inBatches(ids).flat()).toEqual(ids);
  expect(inBatches([])).toEqual([]);
});
