import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSystemKind } from '../block/needs.ts';

/** A recording after which something once did not hold; it is done again first of all, from then on. */
export interface StoredCuts {
  workload: string;
  fileSystem: FileSystemKind;
  seed: string;
  /** How many cuts it had: the same number chooses the same ones. */
  cuts: number;
}

/** The same of kills in a row. */
export interface StoredKills {
  workload: string;
  seed: string;
  kills: number;
}

type StoredSeed = StoredCuts | StoredKills;

const file = join(import.meta.dirname, '..', 'seeds.json');

function readSeeds(): StoredSeed[] {
  return JSON.parse(readFileSync(file, 'utf8')) as StoredSeed[];
}

/** Cuts of a workload that failed once. */
export function storedCuts(workload: string, fileSystem: FileSystemKind): StoredCuts[] {
  return readSeeds().filter(
    (seed) => 'cuts' in seed && seed.workload === workload && seed.fileSystem === fileSystem,
  ) as StoredCuts[];
}

/** Kills of a workload that failed once. */
export function storedKills(workload: string): StoredKills[] {
  return readSeeds().filter((seed) => 'kills' in seed && seed.workload === workload) as StoredKills[];
}

/** Adds seeds that are not there yet. */
export function storeSeeds(found: readonly StoredSeed[]): void {
  const known = readSeeds().map((seed) => JSON.stringify(seed));
  const all = new Set([...known, ...found.map((seed) => JSON.stringify(seed))]);
  if (all.size === known.length) return;
  const lines = [...all].map((line) => `  ${line}`);
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
}
