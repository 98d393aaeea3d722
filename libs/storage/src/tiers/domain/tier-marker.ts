import { isId } from '#kernel';

/** File in the root of every tier that says which it is: a folder without it is a disk that is not mounted. */
export const markerName = '.holdfast-tier';

export interface TierMarker {
  id: string;
  name: string;
}

/** The text of a marker file, for the next reader a person. */
export function formatMarker({ id, name }: TierMarker): string {
  return `${JSON.stringify({ holdfast: 'tier', id, name })}\n`;
}

/** Reads a marker file; undefined where it is none. */
export function parseMarker(text: string): TierMarker | undefined {
  try {
    const { id, name } = JSON.parse(text) as Partial<TierMarker>;
    return typeof id === 'string' && isId(id) && typeof name === 'string' ? { id, name } : undefined;
  } catch {
    return undefined;
  }
}
