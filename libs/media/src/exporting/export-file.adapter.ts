import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { HoldfastError } from '#kernel';
import { exportedName, exportedPath } from '../domain/export-path.ts';
import { originalDamaged, writingTo } from './export-error.ts';
import type { ExportOutcome } from './export-target.ts';

/** File systems without hard links, such as those of memory cards, say so in one of these ways. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** What is to be written where. */
export interface NamedFile {
  /** UUID. */
  id: string;
  name: string;
  folder: string;
  /** Hexadecimal. */
  sha256: string;
  sizeBytes: number;
}

type Read = () => Promise<AsyncIterable<Uint8Array>>;

/**
 * Writes an original under its own name below a folder; nothing that is there is ever overwritten. One that is there with the same bytes
 * stays; other bytes of that name make the asset's id part of the new one. Half a file never has its final name. Throws EXPORT_* errors.
 */
export async function exportFile(root: string, asset: NamedFile, read: Read): Promise<ExportOutcome> {
  const folder = dirname(join(root, exportedPath(asset)));
  return writingTo(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const name of namesOf(asset)) {
      const path = join(folder, name);
      const found = await stateOf(path, asset);
      if (found === 'same') return 'there';
      if (found === 'free' && (await write(path, join(folder, `.${asset.id}.part`), asset, read))) return 'written';
    }
    throw new HoldfastError('EXPORT_NAME_TAKEN', {
      kind: 'conflict',
      message: `Other files are in the way of ${join(folder, exportedName(asset.name))}.`,
      action: 'Export into an empty folder, or move them away. Nothing was overwritten.',
    });
  });
}

/** The asset's own name, and the one that it gets beside another file of that name. */
function namesOf({ name: given, id }: NamedFile): string[] {
  const name = exportedName(given);
  const parts = parse(name);
  return [name, `${parts.name} (${id.slice(-8)})${parts.ext}`];
}

async function stateOf(path: string, { sha256, sizeBytes }: NamedFile): Promise<'free' | 'same' | 'other'> {
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
async function write(path: string, temporary: string, asset: NamedFile, read: Read): Promise<boolean> {
  await rm(temporary, { force: true });
  const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
  try {
    const hash = createHash('sha256');
    for await (const chunk of await read()) {
      hash.update(chunk as Buffer);
      await handle.appendFile(chunk as Buffer);
    }
    if (hash.digest('hex') !== asset.sha256) throw originalDamaged(asset);
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
