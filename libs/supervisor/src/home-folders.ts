import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import { type Appliance, ownFolders } from '#manifest';
import { currentOsUser, findOsUser } from './server-user.ts';

/** PostgreSQL needs room for its log even when nothing is stored. */
const leastFreeBytes = 256 * 1024 * 1024;

function ownerName(path: string): string | undefined {
  try {
    const { uid } = lstatSync(path);
    return findOsUser(String(uid))?.name ?? String(uid);
  } catch {
    return undefined;
  }
}

/** What a failed system call on the home means for its owner. */
export function asHomeError(error: unknown, path: string): HoldfastError {
  const { code, message } = error as NodeJS.ErrnoException;
  const user = currentOsUser().name;
  const causes: Record<string, { what: string; action: string }> = {
    EROFS: { what: 'is on a file system mounted read-only', action: 'Mount it writable, or point HOLDFAST_HOME elsewhere.' },
    ENOSPC: { what: 'is on a file system without free space', action: 'Free some space, or point HOLDFAST_HOME elsewhere.' },
    EDQUOT: { what: `is over the disk quota of ${user}`, action: 'Raise the quota, or point HOLDFAST_HOME elsewhere.' },
    EACCES: {
      what: `cannot be written by ${user} (it belongs to ${ownerName(path) ?? 'nobody here'})`,
      action: `Start as its owner, or run: sudo chown -R ${user} ${path}`,
    },
    ENOTDIR: { what: 'lies below something that is no folder', action: 'Point HOLDFAST_HOME at a folder.' },
    EEXIST: { what: 'exists, but is no folder', action: 'Move it away, or point HOLDFAST_HOME elsewhere.' },
  };
  const known = causes[code === 'EPERM' ? 'EACCES' : (code ?? '')];
  return new HoldfastError('SUPERVISOR_HOME_UNUSABLE', {
    kind: code === 'ENOSPC' || code === 'EDQUOT' ? 'storage-full' : 'unavailable',
    message: known ? `${path} ${known.what}.` : `${path} cannot be used: ${message}.`,
    action: known?.action ?? 'Point HOLDFAST_HOME at a folder that can be written.',
    values: { path, code },
    cause: error,
  });
}

/** Writes and syncs one block: only that shows a full or failing disk. */
function tryWriting(folder: string): void {
  const file = join(folder, `.write-test-${process.pid}`);
  const descriptor = openSync(file, 'w', 0o600);
  try {
    writeSync(descriptor, Buffer.alloc(4096, 1));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
    unlinkSync(file);
  }
}

function ensureFreeSpace(home: string): void {
  const { bavail, bsize } = statfsSync(home);
  const freeBytes = bavail * bsize;
  if (freeBytes >= leastFreeBytes) return;
  throw new HoldfastError('SUPERVISOR_DISK_FULL', {
    kind: 'storage-full',
    message: `The file system of ${home} has ${Math.floor(freeBytes / 1024 / 1024)} MB free; starting needs ${leastFreeBytes / 1024 / 1024} MB.`,
    action: 'Free some space, or point HOLDFAST_HOME elsewhere.',
    values: { home, freeBytes },
  });
}

/** The short folder for sockets below /tmp: ours alone, or not used at all, because anyone may have made it first. */
function ensureSocketFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === process.getuid?.()) {
    chmodSync(folder, 0o700);
    return;
  }
  throw new HoldfastError('SUPERVISOR_SOCKET_FOLDER_FOREIGN', {
    kind: 'conflict',
    message: `${folder}, where the sockets of this home belong, is not ours: it belongs to ${ownerName(folder)}.`,
    action: `Remove ${folder}, or choose a HOLDFAST_HOME with a shorter path.`,
  });
}

/** Makes the home and its folders and proves that they can be written. Throws SUPERVISOR_HOME_UNUSABLE, SUPERVISOR_DISK_FULL or SUPERVISOR_SOCKET_FOLDER_FOREIGN. */
export function prepareHome(appliance: Appliance): void {
  const { home, paths } = appliance;
  try {
    mkdirSync(home, { recursive: true, mode: 0o750 });
    tryWriting(home);
  } catch (error) {
    throw asHomeError(error, home);
  }
  ensureFreeSpace(home);
  for (const folder of ownFolders(appliance))
    try {
      // PostgreSQL's folder is made by initdb, beside its place; here only its parent.
      mkdirSync(folder === paths.postgres ? join(folder, '..') : folder, { recursive: true, mode: 0o700 });
      if (folder !== paths.postgres) tryWriting(folder);
    } catch (error) {
      throw asHomeError(error, folder);
    }
  // The machine's own servers have their sockets where they want them.
  if (!appliance.isRunBySystemd) ensureSocketFolder(appliance.socketFolder);
}

/** Empties the working folder of parsers: whatever lies there belonged to processes that are gone. */
export function emptyScratch(appliance: Appliance): void {
  const folder = appliance.paths.scratch;
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}
