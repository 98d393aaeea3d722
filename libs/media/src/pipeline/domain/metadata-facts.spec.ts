import { describe, expect, test } from 'vitest';
import type { Metadata } from '../../parsers/index.ts';
import { cameraName, metadataPatch } from './metadata-facts.ts';

const now = new Date('2026-06-01T12:00:00Z');
const nothing = null;
const metadata = (said: Partial<Metadata>): Metadata => ({
  capturedAt: nothing,
  place: nothing,
  camera: {
    make: nothing,
    model: nothing,
    lens: nothing,
    iso: nothing,
    aperture: nothing,
    exposureSeconds: nothing,
    focalLengthMm: nothing,
    focalLength35Mm: nothing,
    flash: nothing,
    software: nothing,
  },
  title: nothing,
  description: nothing,
  keywords: [],
  creator: nothing,
  copyright: nothing,
  rating: nothing,
  tags: {},
  ...said,
});

test.each([
  ['Canon', 'Canon EOS 5D', 'Canon EOS 5D'],
  ['NIKON CORPORATION', 'NIKON D850', 'NIKON D850'],
  ['SONY', 'ILCE-7M3', 'SONY ILCE-7M3'],
  ['OLYMPUS OPTICAL CO.,LTD', 'C2500L', 'OLYMPUS C2500L'],
  [null, 'Pixel 8', 'Pixel 8'],
  ['Apple', null, 'Apple'],
  [null, null, null],
])('%s and %s is called %s', (make, model, name) => expect(cameraName({ make, model })).toBe(name));

describe('what the file says that people may change', () => {
  test('is compared with what it said before', () => {
    const { patch, fileSaid } = metadataPatch(
      metadata({ rating: 4, description: 'At the pier' }),
      { rating: 3, caption: '' },
      now,
    );
    expect(fileSaid).toEqual({ rating: 4, caption: 'At the pier' });
    expect(patch.rating).toEqual({ said: 4, before: 3 });
    expect(patch.caption).toEqual({ said: 'At the pier', before: '' });
  });

  test.each(['OLYMPUS DIGITAL CAMERA', 'SONY DSC', 'Untitled', 'Created with GIMP'])(
    'leaves out what cameras write: %s',
    (description) => expect(metadataPatch(metadata({ description }), undefined, now).fileSaid.caption).toBe(''),
  );

  test.each([
    [-1, null],
    [0, null],
    [5, 5],
    [2.6, 3],
  ])('a rating of %s is %s stars', (rating, stars) =>
    expect(metadataPatch(metadata({ rating }), undefined, now).fileSaid.rating).toBe(stars),
  );
});
