import type { Workload } from '../workload.ts';
import { assets, assetsNamedTooEarly, assetsOnTwoDisks } from './assets.ts';
import { deletions, deletionsTooEarly } from './deletions.ts';
import { keystore, keystoreWithoutSync } from './keystore.ts';
import { objects, objectsWithoutBytesSync, objectsWithoutFolderSync } from './objects.ts';
import { tierMoves, tierMovesWithoutFolderSync } from './tier-moves.ts';

/** All workloads that the rig knows; add yours here. */
export const workloads: readonly Workload[] = [
  objects,
  objectsWithoutBytesSync,
  objectsWithoutFolderSync,
  assets,
  assetsOnTwoDisks,
  assetsNamedTooEarly,
  deletions,
  deletionsTooEarly,
  keystore,
  keystoreWithoutSync,
  tierMoves,
  tierMovesWithoutFolderSync,
];

/** The workload of a name. Throws with the names that exist. */
export function workloadNamed(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (!found) throw new Error(`There is no workload ${name}; there are: ${workloads.map((known) => known.name).join(', ')}.`);
  return found;
}
