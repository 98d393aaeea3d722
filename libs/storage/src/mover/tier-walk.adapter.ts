import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isId } from '#kernel';

/** A file in the folder of an organisation on a tier. */
export interface WalkedFile {
  name: string;
  /** Below the root of the tier. */
  path: string;
  bytes: number;
  /** When it got its name or its bytes last; the kernel stamps it. */
  changedAt: Date;
}

async function namesIn(folder: string, test: (name: string) => boolean): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) if (entry.isDirectory() && test(entry.name)) names.push(entry.name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
  return names.sort();
}

const isHexPair = (name: string) => /^[0-9a-f]{2}$/.test(name);

/** All files where objects of organisations lie on a tier, folder by folder. */
export async function* walkTier(root: string): AsyncGenerator<{ organisationId: string; files: WalkedFile[] }> {
  for (const organisationId of await namesIn(root, isId))
    for (const first of await namesIn(join(root, organisationId), isHexPair))
      for (const second of await namesIn(join(root, organisationId, first), isHexPair)) {
        const folder = join(organisationId, first, second);
        const files = await filesIn(root, folder);
        if (files.length > 0) yield { organisationId, files };
      }
}

async function filesIn(root: string, folder: string): Promise<WalkedFile[]> {
  const files: WalkedFile[] = [];
  for await (const entry of await opendir(join(root, folder))) {
    const path = join(folder, entry.name);
    const status = await lstat(join(root, path)).catch(() => undefined);
    if (status?.isFile()) files.push({ name: entry.name, path, bytes: status.size, changedAt: status.ctime });
  }
  return files;
}
