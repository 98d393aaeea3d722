import { expect, test } from 'vitest';
import { filterCount, filterOf, readLibraryAddress } from './library-address.ts';

const tag = '0192f0aa-0000-7000-8000-000000000001';

test('filters survive the way through the address', () => {
  const address = readLibraryAddress({ kind: 'video,image', from: '2024-02-29', minRating: '4', tag, trash: 'true' });
  expect(address).toEqual({ kind: 'image,video', from: '2024-02-29', minRating: 4, tag, trash: true });
  expect(readLibraryAddress({ ...address })).toEqual(address);
  expect(filterOf(address)).toEqual({ kind: ['image', 'video'], from: '2024-02-29', minRating: 4, tag, trashed: 'true' });
});

test('nonsense in the address is left out', () => {
  expect(
    readLibraryAddress({
      kind: 'cake',
      from: '2024-02-31',
      to: 'yesterday',
      minRating: '9',
      tag: '../../etc',
      state: 7,
      orientation: [],
      trash: 'maybe',
    }),
  ).toEqual({});
});

test('the trash is a place, not a filter', () => {
  expect(filterCount(readLibraryAddress({ trash: 'true' }))).toBe(0);
  expect(filterCount(readLibraryAddress({ kind: 'image', camera: 'X100V' }))).toBe(2);
});
