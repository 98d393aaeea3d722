import { expect, test } from 'vitest';
import { addressOf, asksAnything, readSearchAddress, requestOf, toggleInList } from './search-address.ts';

const id = '0192f0aa-0000-7000-8000-000000000001';

test('a search survives the way to the API, to a saved search and back to the address', () => {
  const address = readSearchAddress({
    q: ' rocket ',
    kind: 'video,image',
    tags: id,
    sort: 'newest',
    camera: 'X, Y',
    minRating: 3,
  });
  expect(address).toEqual({ q: 'rocket', kind: 'image,video', tags: id, sort: 'newest', camera: 'X, Y', minRating: 3 });
  const request = requestOf(address);
  expect(request).toEqual({
    text: 'rocket',
    filters: { kinds: ['image', 'video'], tagIds: [id], cameras: ['X, Y'], minRating: 3 },
    sort: 'newest',
  });
  expect(addressOf(request as Parameters<typeof addressOf>[0])).toEqual(address);
});

test('a sort order alone asks nothing', () => {
  expect(asksAnything(readSearchAddress({ sort: 'newest' }))).toBe(false);
  expect(asksAnything(readSearchAddress({ like: id }))).toBe(true);
});

test('an unknown sort, id or day is left out', () => {
  expect(readSearchAddress({ sort: 'random', like: 'x', from: '2024-13-01', tags: 'a,b' })).toEqual({});
});

test('a number typed as the query stays a text', () => {
  expect(readSearchAddress({ q: 2024 })).toEqual({ q: '2024' });
});

test('facets toggle in lists', () => {
  expect(toggleInList(undefined, 'image')).toBe('image');
  expect(toggleInList('image,video', 'image')).toBe('video');
  expect(toggleInList('image', 'image')).toBeUndefined();
});
