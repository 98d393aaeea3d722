import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FolderOwner } from './folder-owner.adapter.ts';

/** A file without a name, which goes when it is closed: O_TMPFILE of open(2), with the O_DIRECTORY that is part of it and that not every processor numbers alike. */
const nameless = constants.O_RDWR | 0o20000000 | constants.O_DIRECTORY;
/** Refusals of a file system that lives: it is full, or not ours to write to, or knows no nameless files. */
const harmless = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EINVAL'];

/**
 * Rejects where the file system of a folder takes no changes any more. Asked after syncs: Linux tells only one of several that the disk is
 * gone, and the others, which find nothing left to write, that all is well (seen with ext4 and XFS). Whoever is told so has lost a file.
 */
export async function requireLiving(folder: string): Promise<void> {
  try {
    await (await open(folder, nameless, 0o600)).close();
  } catch (cause) {
    if (!harmless.includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
  }
}

/** Makes a folder's entries durable, and makes sure that they are. */
export async function syncFolder(folder: string): Promise<void> {
  await syncEntries(folder);
  await requireLiving(folder);
}

/** Makes a folder's entries durable where its file system still lives: `requireLiving` says so, once for many. */
export async function syncEntries(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Folders below a root, made when first needed. A new folder is durable once its parent has been fsynced; which ones this process
 * has seen so far is remembered, so that each costs that once. Another process may have made a folder and died before its fsync:
 * existing ones are therefore not trusted either.
 */
export class DurableFolders {
  readonly #root: string;
  readonly #owner: FolderOwner;
  readonly #durable = new Set<string>();

  constructor(root: string, owner: FolderOwner) {
    this.#root = root;
    this.#owner = owner;
    this.#durable.add(root);
  }

  /** Makes a folder and those above it; answers the folders to fsync before its entries can be relied on. */
  async make(folder: string): Promise<string[]> {
    if (this.#durable.has(folder)) return [];
    if (!folder.startsWith(`${this.#root}/`)) throw new Error(`${folder} is not below ${this.#root}.`);
    const parent = dirname(folder);
    const pending = await this.make(parent);
    await mkdir(folder, { mode: 0o750 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await this.#owner.give(folder);
    return [...pending, parent];
  }

  /** Remembers that a folder and those above it are durable. */
  trust(folder: string): void {
    for (let path = folder; !this.#durable.has(path); path = dirname(path)) this.#durable.add(path);
  }
}
