import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What a file is written to before it takes its place. */
export function stagedName(file: string): string {
  return join(dirname(file), `.${basename(file)}.new`);
}

/** Writes a file's next content beside it, synced, with the mode and owner that the file has; without one it gets the given mode. */
export function stageFile(file: string, content: string, mode: number): void {
  const former = statSync(file, { throwIfNoEntry: false });
  const staged = stagedName(file);
  rmSync(staged, { force: true });
  const descriptor = openSync(staged, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    fchmodSync(descriptor, former ? former.mode & 0o7777 : mode);
    if (former && former.uid !== process.getuid?.()) fchownSync(descriptor, former.uid, former.gid);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Puts the staged content in place of the file; whoever is killed leaves the one or the other. */
export function placeStaged(file: string): void {
  renameSync(stagedName(file), file);
  syncFolder(dirname(file));
}

/** Forgets what was staged and never placed. */
export function dropStaged(file: string): void {
  rmSync(stagedName(file), { force: true });
}

/** Writes a file whole and durably. */
export function writeDurably(file: string, content: string, mode: number): void {
  stageFile(file, content, mode);
  placeStaged(file);
}

/**
 * Gives what root left in a folder, or in its subfolders, to the account that owns the folder above. That account can put anything in a
 * name's place at any moment: names are looked up in folders held open, links are not followed, and a file with a second name stays as it is.
 */
export function handOver(path: string, owner: { uid: number; gid: number }): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return;
  }
  try {
    const found = fstatSync(descriptor);
    const held = `/proc/self/fd/${descriptor}`;
    if (found.isDirectory()) for (const name of readdirSync(held)) handOver(join(held, name), owner);
    const isOurs = found.isDirectory() || (found.isFile() && found.nlink === 1);
    if (found.uid === 0 && isOurs) fchownSync(descriptor, owner.uid, owner.gid);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
