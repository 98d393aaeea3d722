import { HoldfastError } from '#kernel';
import { checkManifest, renderSettings, type SettledManifest, settleFigures } from '#manifest';
import { readBounded } from '../read-bounded.adapter.ts';
import { environmentFiles, putFigures, removeFigures, textOf } from './figures-folder.adapter.ts';
import { judgeFigures } from './judge-figures.ts';

/** Where figures come from and go to. */
export interface FiguresPlaces {
  manifest: string;
  profiles: string;
  /** A folder that nobody but root writes. */
  folder: string;
  /** Memory of the machine that starts the servers; null: not known here. */
  machineMb: number | null;
}

/**
 * Writes what PostgreSQL, Redis and our own programs are told, as the manifest in force has it; a file that says so already is left alone. The manifest is
 * read as if it came over the wire, and nothing but bounded numbers of it is written, under names that we choose. What cannot be had is said, the last good
 * file stays, and the answer is false.
 */
export function writeFigures({ manifest, profiles, folder, machineMb }: FiguresPlaces, say: (line: string) => void): boolean {
  let settled: SettledManifest;
  try {
    settled = settleFigures(checkManifest(manifest, readBounded(manifest), profiles));
  } catch (error) {
    const { message } = error as Error;
    say(`Programs keep the figures that they were told last: ${error instanceof HoldfastError ? message : `${message}.`}`);
    return false;
  }
  const refused = judgeFigures(settled, machineMb);
  const files = renderSettings(settled);
  for (const { path, text } of files) {
    const why = refused[path];
    if (why !== undefined) say(`${path} stays as it was: ${why}.`);
    else if (textOf(folder, path) !== text) {
      putFigures(folder, path, text);
      say(`${path} is written anew.`);
    }
  }
  const gone = environmentFiles(folder).filter((path) => !files.some((file) => file.path === path));
  for (const path of gone) removeFigures(folder, path);
  return Object.keys(refused).length === 0;
}
