import { expect, test } from 'vitest';
import { matchScore } from './palette-match.ts';

const best = (typed: string) =>
  ['Library', 'Light theme', 'Collections', 'Sign out', 'Upload files']
    .map((name) => [name, matchScore(name, typed)] as const)
    .filter(([, score]) => score > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([name]) => name);

test('what begins with the typed letters comes first', () => {
  expect(best('li')[0]).toBe('Library');
  expect(best('theme')).toEqual(['Light theme']);
  expect(best('up fi')).toEqual(['Upload files']);
});

test('letters in order are enough, letters that are not there are not', () => {
  expect(best('cltn')).toEqual(['Collections']);
  expect(best('zzz')).toEqual([]);
});

test('nothing typed fits everything', () => {
  expect(best('')).toHaveLength(5);
});
