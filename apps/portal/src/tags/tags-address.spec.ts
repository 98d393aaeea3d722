import { expect, test } from 'vitest';
import { readTagsAddress, tagsOf } from './tags-address.ts';

const tags = [
  { id: '1', name: 'zebra', assets: 3 },
  { id: '2', name: 'École', assets: 0 },
  { id: '3', name: 'beach at night', assets: 12 },
  { id: '4', name: 'animal', assets: 3 },
];
const names = (address: Parameters<typeof tagsOf>[1]) => tagsOf(tags, address).map((tag) => tag.name);

test('the most used come first, equals by name', () => {
  expect(names({})).toEqual(['beach at night', 'animal', 'zebra', 'École']);
  expect(names({ order: 'name' })).toEqual(['animal', 'beach at night', 'École', 'zebra']);
});

test('every word must fit somewhere, whatever its case or accents', () => {
  expect(names({ find: 'NIGHT bea' })).toEqual(['beach at night']);
  expect(names({ find: 'ecole' })).toEqual(['École']);
  expect(names({ find: 'beach zebra' })).toEqual([]);
});

test('unused tags can be seen alone', () => {
  expect(names({ unused: true })).toEqual(['École']);
});

test('an address that makes no sense is read as far as it does', () => {
  expect(readTagsAddress({ find: '  sea ', order: 'sideways', unused: 'yes' })).toEqual({ find: 'sea' });
  expect(readTagsAddress({ order: 'name', unused: true })).toEqual({ order: 'name', unused: true });
});
