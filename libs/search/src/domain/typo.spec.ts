import { expect, test } from 'vitest';
import { isPartOf, mayMean } from './typo.ts';

test.each([
  ['rocket', 'rockct', true],
  ['rocket', 'r0cket', true],
  ['rocket', 'rokcet', true],
  ['hubble', 'hubb1e', true],
  ['astronaut', 'astr0nauf', true],
  ['rocket', 'pocket', false],
  ['rocket', 'socket', false],
  ['moon', 'noon', true],
  ['cat', 'cab', false],
  ['telescope', 'telegraph', false],
])('%s may mean %s: %s', (word, known, expected) => {
  expect(mayMean(word, known)).toBe(expected);
});

test('a long enough word is found inside a compound', () => {
  expect(isPartOf('rakete', 'mondrakete')).toBe(true);
  expect(isPartOf('mon', 'mondrakete')).toBe(false);
});
