import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function openExisting(file: string): number | undefined {
  try {
    return openSync(file, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Overwrites what a file held that has no name any more, as far as its file system writes in place: what was deleted is not to be found on
 * the disk. A file that somebody else has linked is theirs.
 */
function overwrite(descriptor: number): void {
  if (fstatSync(descriptor).nlink > 0) return;
  writeSync(descriptor, Buffer.alloc(fstatSync(descriptor).size), 0, undefined, 0);
  fsyncSync(descriptor);
  ftruncateSync(descriptor);
}

/**
 * Puts a file in place whole: written beside it, synced, renamed, its folder synced (mode 0600). Whoever is killed in between leaves the
 * former file or the new one. What the former held is overwritten.
 */
export function replaceFile(file: string, content: Uint8Array): void {
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  const former = openExisting(file);
  try {
    renameSync(fresh, file);
    syncFolder(dirname(file));
    if (former !== undefined) overwrite(former);
  } finally {
    if (former !== undefined) closeSync(former);
  }
}

/** Overwrites and removes a file; one that is not there is fine. */
export function removeFile(file: string): void {
  const descriptor = openExisting(file);
  if (descriptor === undefined) return;
  try {
    unlinkSync(file);
    syncFolder(dirname(file));
    overwrite(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A file's content and mode; undefined when there is none. Links are not followed. */
export function readOwnFile(file: string): { content: Buffer; mode: number } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return { content: readFileSync(descriptor), mode: fstatSync(descriptor).mode & 0o777 };
  } finally {
    closeSync(descriptor);
  }
}
