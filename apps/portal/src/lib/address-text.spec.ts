import { expect, test } from 'vitest';
import { parseAddress, safeReturn, writeAddress } from './address-text.ts';

test('an address reads as a person would write it', () => {
  expect(writeAddress({ q: 'red rocket', kind: 'image,video', from: undefined, empty: '' })).toBe(
    '?q=red+rocket&kind=image,video',
  );
  expect(writeAddress({})).toBe('');
  expect(parseAddress('?q=red+rocket&q=two&n=2024')).toEqual({ q: 'red rocket', n: '2024' });
});

test('any text survives the address', () => {
  const text = '50 % & "ü" #1 +?=';
  expect(parseAddress(writeAddress({ q: text })).q).toBe(text);
});

test('signing in never leads to another site', () => {
  expect(['/assets/1?t=2', '//evil.example', 'https://evil.example', '/\\evil', '/a\nb', undefined].map(safeReturn)).toEqual([
    '/assets/1?t=2',
    '/',
    '/',
    '/',
    '/',
    '/',
  ]);
});
