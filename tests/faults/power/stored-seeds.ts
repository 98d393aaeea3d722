import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSystemKind } from '../block/needs.ts';

/** A recording after which something once did not hold; it is done again first of all, from then on. */
export interface StoredSeed {
  workload: string;
  fileSystem: FileSystemKind;
  seed: string;
  /** How many cuts it had: the same number chooses the same ones. */
  cuts: number;
}

const file = join(import.meta.dirname, '..', 'seeds.json');

export function readSeeds(): StoredSeed[] {
  return JSON.parse(readFileSync(file, 'utf8')) as StoredSeed[];
}

/** Adds seeds that are not there yet. */
export function storeSeeds(found: readonly StoredSeed[]): void {
  const known = readSeeds();
  const isKnown = (seed: StoredSeed) => known.some((other) => other.seed === seed.seed && other.workload === seed.workload);
  const added = found.filter((seed) => !isKnown(seed));
  if (added.length === 0) return;
  const lines = [...known, ...added].map((seed) => `  ${JSON.stringify(seed)}`);
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
}
