import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lchownSync,
  lstatSync,
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

/** Gives what root left in a folder that is somebody else's, or in its subfolders, to that account. */
export function handOver(path: string, owner: { uid: number; gid: number }): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isDirectory()) for (const name of readdirSync(path)) handOver(join(path, name), owner);
  if (found.uid === 0) lchownSync(path, owner.uid, owner.gid);
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
