import { expect, test } from 'vitest';
import { keptInWords, readPolicies } from './policy-words.ts';

test('policies are written as class and days, or for ever', () => {
  expect(readPolicies(['video=30', 'original-image=365', 'trash=forever', 'search-history=7'])).toEqual({
    'original-video': 30,
    'original-image': 365,
    trash: null,
    'search-history': 7,
  });
  expect(keptInWords(null)).toBe('for ever');
  expect(keptInWords(1)).toBe('1 day');
});

test.each(['video', 'video=0', 'video=-3', 'rendition=1', 'video=99999', 'video=30d'])('%s is refused', (word) => {
  expect(() => readPolicies([word])).toThrow(`${word} is no policy.`);
});
