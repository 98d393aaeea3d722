import type { AssetKind, Tile } from '../api/types.ts';

/** The longest edge of a thumbnail, in pixels of the screen. */
const thumbnailEdge = 250;
/** Enlarged by no more than this, a thumbnail still looks sharp. */
const unseenEnlargement = 1.25;
/** Beyond two pixels of the screen for one of the page nobody sees a difference in a tile. */
const mostPixelRatio = 2;

/**
 * The larger picture that an edge of so many pixels of the page wants; undefined where the thumbnail is sharp enough or nothing larger
 * exists. There are two sizes only, 250 and 1440: a third between them would cost every asset time and room at its arrival, for sharpness
 * that the preview gives as well once a tile is looked at.
 */
export function sharperThanThumbnail(
  kind: AssetKind,
  pictures: Tile['pictures'],
  edge: number,
  pixelRatio: number,
): 'preview' | 'poster' | undefined {
  if (edge * Math.min(mostPixelRatio, pixelRatio) <= thumbnailEdge * unseenEnlargement) return undefined;
  const wanted = kind === 'video' ? 'poster' : 'preview';
  return pictures[wanted] === undefined ? undefined : wanted;
}
