import { expect, test } from 'vitest';
import { formatPosition, propertyRows } from './properties.ts';

test('nested metadata become names with dots, lists become one line', () => {
  expect(
    propertyRows({
      xmp: { creator: 'A', keywords: ['b', 'c'] },
      exif: { ISO: 200, empty: '', none: null },
      streams: [{ codec: 'h264' }, { codec: 'aac' }],
    }),
  ).toEqual([
    ['exif.ISO', '200'],
    ['streams.1.codec', 'h264'],
    ['streams.2.codec', 'aac'],
    ['xmp.creator', 'A'],
    ['xmp.keywords', 'b, c'],
  ]);
});

test('positions name their hemispheres', () => {
  expect(formatPosition(-33.8688, 151.2093)).toBe('33.8688° S, 151.2093° E');
});
