import { lstatSync } from 'node:fs';

/** The account that a file belongs to; undefined where it is not there or may not be looked at. */
export function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path).uid;
  } catch {
    return undefined;
  }
}
