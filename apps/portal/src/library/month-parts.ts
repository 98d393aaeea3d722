import type { Tile } from '../api/types.ts';

/** So many assets of a month are read by themselves, so that a jump into its middle reads what is looked at first. */
export const partSize = 500;

/** A stretch of a month: its tiles so far, newest first. */
export interface Part {
  count: number;
  tiles: Tile[];
  /** Aspect ratios of `tiles`; a new array whenever they change. */
  ratios: Float32Array;
  /** Where the next page begins; null at the end of the month, undefined before the first page. */
  nextCursor: string | null | undefined;
  stale: boolean;
  error: unknown;
}

/** One month of a filtered library. */
export interface Month {
  key: string;
  count: number;
  parts: Part[];
}

/** A part and how many assets of its month lie before it. */
export interface PlacedPart {
  part: Part;
  first: number;
}

const nothing = new Float32Array(0);

function emptyPart(count: number): Part {
  return { count, tiles: [], ratios: nothing, nextCursor: undefined, stale: false, error: undefined };
}

export function makeMonth(key: string, count: number): Month {
  const month: Month = { key, count: 0, parts: [] };
  resizeMonth(month, count);
  return month;
}

/** Gives a month another size. Where it changed is not known, so all that was read of it is stale. */
export function resizeMonth(month: Month, count: number): void {
  let left = count;
  const parts: Part[] = [];
  for (const [index, part] of month.parts.entries()) {
    if (left === 0) break;
    // The last one takes what was added, up to its size; parts before it keep theirs.
    part.count = Math.min(left, index === month.parts.length - 1 ? Math.max(part.count, partSize) : part.count);
    part.stale = part.tiles.length > 0;
    parts.push(part);
    left -= part.count;
  }
  for (; left > 0; left -= partSize) parts.push(emptyPart(Math.min(left, partSize)));
  month.parts = parts;
  month.count = count;
}

/** Counts a month again after its parts changed. */
export function recount(month: Month): void {
  month.parts = month.parts.filter((part) => part.count > 0);
  month.count = month.parts.reduce((sum, part) => sum + part.count, 0);
}

/** The parts that hold the assets `from` to `to` (exclusive) of a month. */
export function partsBetween(month: Month, from: number, to: number): PlacedPart[] {
  const found: PlacedPart[] = [];
  let first = 0;
  for (const part of month.parts) {
    if (first >= to) break;
    if (first + part.count > from) found.push({ part, first });
    first += part.count;
  }
  return found;
}

/** The tile at a place in its month, if read. */
export function tileIn(month: Month, index: number): Tile | undefined {
  const [placed] = partsBetween(month, index, index + 1);
  return placed?.part.tiles[index - placed.first];
}

/** Puts tiles into a part. */
export function fillPart(part: Part, tiles: Tile[]): void {
  part.tiles = tiles;
  part.ratios = Float32Array.from(tiles, (tile) => tile.aspectRatio);
}
