import { expect, test } from 'vitest';
import { collectionsOf, readCollectionsAddress } from './collections-address.ts';

const collection = (name: string, assets: number, updatedAt: string, description = '') => ({
  id: name,
  name,
  description,
  assets,
  covers: [],
  createdAt: '2024-01-01T00:00:00Z',
  updatedAt,
});
const all = [
  collection('Harbour', 12, '2024-03-01T00:00:00Z'),
  collection('Été', 200, '2024-05-01T00:00:00Z', 'Summer fair'),
  collection('Board', 3, '2024-04-01T00:00:00Z'),
];
const names = (address: Parameters<typeof collectionsOf>[1]) => collectionsOf(all, address).map(({ name }) => name);

test('the last changed comes first; name and size are other orders', () => {
  expect(names({})).toEqual(['Été', 'Board', 'Harbour']);
  expect(names({ order: 'name' })).toEqual(['Board', 'Été', 'Harbour']);
  expect(names({ order: 'size' })).toEqual(['Été', 'Harbour', 'Board']);
});

test('names and descriptions are looked through, whatever their accents', () => {
  expect(names({ find: 'ete' })).toEqual(['Été']);
  expect(names({ find: 'fair summer' })).toEqual(['Été']);
  expect(names({ find: 'winter' })).toEqual([]);
});

test('an address that makes no sense is read as far as it does', () => {
  expect(readCollectionsAddress({ find: ' a ', order: 'colour' })).toEqual({ find: 'a' });
});
