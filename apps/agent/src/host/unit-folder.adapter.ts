import { existsSync, type FSWatcher, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { mpsUnit, type UnitFile } from '#allocation';
import { failpoint } from '#manifest';
import { syncFolder } from '../journal/journal.adapter.ts';
import type { UnitTexts } from './host.ts';
import { replaceFile } from './replace-file.adapter.ts';

const ownSlice = /^holdfast-.+\.slice$/;
const dropIn = '50-holdfast.conf';

/** Files below a folder such as /etc/systemd/system that have names of ours, whoever wrote them; others are not looked at. */
export function readUnits(folder: string): UnitFile[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder).flatMap((name) => {
    if (ownSlice.test(name) || name === mpsUnit) return [name];
    return name.endsWith('.d') && existsSync(join(folder, name, dropIn)) ? [join(name, dropIn)] : [];
  });
  return paths.sort().map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

/** Writes each text beside its place, syncs it, renames it, syncs the folder; removes where there is no text. */
export function replaceUnits(folder: string, texts: UnitTexts): void {
  for (const [path, text] of Object.entries(texts)) {
    const file = join(folder, path);
    if (text !== null) replaceFile(file, text);
    else rmSync(file, { force: true });
    if (existsSync(dirname(file))) syncFolder(dirname(file));
    failpoint('agent.unit');
  }
  if (existsSync(folder)) syncFolder(folder);
}

/**
 * Calls whenever something changes in a folder of units or in the drop-in folders of ours that it has.
 * Answers how to end that. Where the kernel has no watch to give, nothing is called.
 */
export function watchUnits(folder: string, changed: () => void): () => void {
  const watched = new Map<string, FSWatcher>();
  const take = (path: string) => {
    if (watched.has(path) || !existsSync(path)) return;
    try {
      const watcher = watch(path, { persistent: false }, () => {
        lookForDropIns();
        changed();
      });
      watched.set(
        path,
        watcher.on('error', () => drop(path)),
      );
    } catch {}
  };
  const drop = (path: string) => {
    watched.get(path)?.close();
    watched.delete(path);
  };
  const lookForDropIns = () => {
    const folders = readUnits(folder).map(({ path }) => dirname(join(folder, path)));
    for (const path of watched.keys()) if (path !== folder && !folders.includes(path)) drop(path);
    for (const path of [folder, ...folders]) take(path);
  };
  lookForDropIns();
  return () => {
    for (const path of [...watched.keys()]) drop(path);
  };
}
