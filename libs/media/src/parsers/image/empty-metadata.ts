import type { Metadata } from '../parser-results.ts';

/** Metadata of a file that says nothing about itself. */
export function emptyMetadata(): Metadata {
  return {
    capturedAt: null,
    place: null,
    camera: {
      make: null,
      model: null,
      lens: null,
      iso: null,
      aperture: null,
      exposureSeconds: null,
      focalLengthMm: null,
      focalLength35Mm: null,
      flash: null,
      software: null,
    },
    title: null,
    description: null,
    keywords: [],
    creator: null,
    copyright: null,
    rating: null,
    tags: {},
  };
}
