import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Readable } from 'node:stream';
import { HoldfastError } from '#kernel';
import { safeFolder, safeName } from '../domain/display-name.ts';
import type { ExportedAsset } from './export.repository.ts';

/** File systems without hard links, such as those of memory cards, say so in one of these ways. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** What became of one original. */
export type ExportOutcome = 'written' | 'there';

/**
 * Writes an original under its own name below a folder; nothing that is there is ever overwritten. One that is there with the same bytes
 * stays; other bytes of that name make the asset's id part of the new one. Half a file never has its final name. Throws EXPORT_* errors.
 */
export async function exportFile(root: string, asset: ExportedAsset, read: () => Promise<Readable>): Promise<ExportOutcome> {
  const folder = join(root, safeFolder(asset.folder));
  try {
    await mkdir(folder, { recursive: true });
    for (const name of namesOf(asset)) {
      const path = join(folder, name);
      const found = await stateOf(path, asset);
      if (found === 'same') return 'there';
      if (found === 'free' && (await write(path, join(folder, `.${asset.id}.part`), asset, read))) return 'written';
    }
  } catch (cause) {
    throw cause instanceof HoldfastError ? cause : writeFailed(folder, cause as NodeJS.ErrnoException);
  }
  throw new HoldfastError('EXPORT_NAME_TAKEN', {
    kind: 'conflict',
    message: `Other files are in the way of ${join(folder, safeName(asset.name).name)}.`,
    action: 'Export into an empty folder, or move them away. Nothing was overwritten.',
  });
}

/** The asset's own name, and the one that it gets beside another file of that name. */
function namesOf({ name: given, id }: ExportedAsset): string[] {
  const { name } = safeName(given, 200);
  const parts = parse(name);
  return [name, `${parts.name} (${id.slice(-8)})${parts.ext}`];
}

async function stateOf(path: string, { sha256, sizeBytes }: ExportedAsset): Promise<'free' | 'same' | 'other'> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return 'free';
  if (!found.isFile() || found.size !== sizeBytes) return 'other';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === sha256 ? 'same' : 'other';
}

/** Answers whether the file got its name; false when another took it meanwhile. */
async function write(path: string, temporary: string, asset: ExportedAsset, read: () => Promise<Readable>): Promise<boolean> {
  await rm(temporary, { force: true });
  const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
  try {
    const hash = createHash('sha256');
    for await (const chunk of await read()) {
      hash.update(chunk as Buffer);
      await handle.appendFile(chunk as Buffer);
    }
    if (hash.digest('hex') !== asset.sha256) throw damaged(asset);
    await handle.datasync();
    return await giveName(temporary, path);
  } finally {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
  }
}

/** A hard link refuses names that are taken, which a rename would not; where there are none, it looks first. */
async function giveName(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (thrown) {
    const { code = '' } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!noLinks.includes(code)) throw thrown;
  }
  const isTaken = await access(path).then(
    () => true,
    () => false,
  );
  if (!isTaken) await rename(temporary, path);
  return !isTaken;
}

function damaged({ id, name, sha256 }: ExportedAsset): HoldfastError {
  return new HoldfastError('EXPORT_ORIGINAL_DAMAGED', {
    kind: 'corrupted',
    message: `The original of ${name} is damaged on the disk: its bytes are not those of SHA-256 ${sha256.slice(0, 12)}….`,
    action: `Restore it from a backup; the asset is ${id}.`,
  });
}

function writeFailed(folder: string, cause: NodeJS.ErrnoException): HoldfastError {
  const isFull = cause.code === 'ENOSPC' || cause.code === 'EDQUOT';
  return new HoldfastError(isFull ? 'EXPORT_FOLDER_FULL' : 'EXPORT_FOLDER_UNWRITABLE', {
    kind: isFull ? 'storage-full' : 'invalid',
    message: isFull ? `There is no more room in ${folder}.` : `${folder} cannot be written to: ${cause.message}`,
    action: isFull
      ? 'Make room and run the same command again: it goes on where it was.'
      : 'Give a folder that this account may write to.',
    cause,
  });
}
