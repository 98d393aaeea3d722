import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { replaceFile } from '../host/replace-file.adapter.ts';
import { syncFolder } from '../journal/journal.adapter.ts';

/** A file's text; null where there is none. */
export function textOf(folder: string, path: string): string | null {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** Puts a file in its place whole. */
export function putFigures(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  replaceFile(file, text);
  syncFolder(dirname(file));
}

/** The files of programs that were started with figures, declared or not any more. */
export function environmentFiles(folder: string): string[] {
  const found = existsSync(join(folder, 'environment')) ? readdirSync(join(folder, 'environment')) : [];
  return found.filter((name) => name.endsWith('.env')).map((name) => `environment/${name}`);
}

export function removeFigures(folder: string, path: string): void {
  rmSync(join(folder, path), { force: true });
}

/** Memory of this machine, in MB. */
export function ownMachineMb(): number {
  return Math.floor(totalmem() / 1_048_576);
}
