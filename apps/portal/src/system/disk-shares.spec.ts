import { expect, test } from 'vitest';
import { disksOf, diskTone, partsOf } from './disk-shares.ts';

test('the parts of a disk add up to what is used', () => {
  const parts = partsOf({ totalBytes: 1000, freeBytes: 400 }, { originalBytes: 300, renditionBytes: 100 });
  expect(parts.map((part) => part.bytes)).toEqual([300, 100, 200]);
  expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(0.6);
});

test('originals that outgrow the disk in the books never outgrow it in the picture', () => {
  const parts = partsOf({ totalBytes: 1000, freeBytes: 900 }, { originalBytes: 5000, renditionBytes: 100 });
  expect(parts.map((part) => part.bytes)).toEqual([100, 0, 0]);
});

test('a disk warns before it is full', () => {
  expect(diskTone({ totalBytes: 100, freeBytes: 50 })).toBeUndefined();
  expect(diskTone({ totalBytes: 100, freeBytes: 10 })).toBe('warn');
  expect(diskTone({ totalBytes: 100, freeBytes: 4 })).toBe('bad');
});

test('two places on one disk are one disk', () => {
  const objects = { purpose: 'Objects', path: '/a', totalBytes: 100, freeBytes: 40 };
  const database = { purpose: 'Database', path: '/b', totalBytes: 100, freeBytes: 40 };
  expect(disksOf([objects, database]).map((disk) => disk.purposes.length)).toEqual([2]);
  expect(disksOf([objects, { ...database, freeBytes: 41 }])).toHaveLength(2);
});
