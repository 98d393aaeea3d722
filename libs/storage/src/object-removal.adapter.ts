import { randomUUID } from 'node:crypto';
import { link, mkdir, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { currentContext } from '#kernel';
import { FolderOwner } from './folder-owner.adapter.ts';
import { objectPath } from './object-path.ts';
import { asStorageError } from './storage-errors.ts';

/** An object as it was when it was looked at. */
export interface SeenObject {
  /** Lower-case hexadecimal. */
  sha256: string;
  sizeBytes: number;
  /** When its file came to its name: storing the same bytes again counts as new. */
  storedAt: Date;
  /** Tells this file from another that took its name since: number of the inode and when its bytes were written, in nanoseconds. */
  identity: string;
}

/** An object that is out of sight, until it is dropped or put back. */
export interface SetAside {
  drop(): Promise<void>;
  putBack(): Promise<void>;
}

const namePattern = /^([0-9a-f-]{36})\.([0-9a-f]{64})\.[0-9a-f-]{36}$/;
const objectPattern = /^[0-9a-f]{64}$/;

/**
 * Takes objects away that nothing refers to. Beside it others may store the same bytes at any time, so nothing is ever unlinked by
 * its name: the file is moved aside in one step, and only if it turns out to be the one that was judged is it dropped. Whatever a
 * process leaves aside when it dies is put back by the next that starts: what goes wrong keeps too much, never too little.
 */
export class ObjectRemoval {
  readonly #root: string;
  readonly #owner: FolderOwner;
  readonly #aside: string;

  constructor(root: string) {
    this.#root = root;
    this.#owner = new FolderOwner(root);
    this.#aside = join(root, '.aside');
  }

  /** The objects of the current organisation, folder by folder. */
  async *list(): AsyncGenerator<SeenObject[]> {
    const top = join(this.#root, currentContext().organisationId);
    for (const first of await foldersIn(top))
      for (const second of await foldersIn(join(top, first))) {
        const seen = await Promise.all((await objectsIn(join(top, first, second))).map((sha256) => this.look(sha256)));
        const present = seen.filter((object) => object !== undefined);
        if (present.length > 0) yield present;
      }
  }

  /** An object as it is now, or undefined where there is none. */
  async look(sha256: string): Promise<SeenObject | undefined> {
    const path = this.#pathOf(currentContext().organisationId, sha256);
    return statOf(path).then((status) => status && { sha256, ...status });
  }

  /** Moves an object out of sight. Answers undefined where it is gone or was stored anew since it was seen: then all stays as it is. */
  async setAside(seen: SeenObject): Promise<SetAside | undefined> {
    const { organisationId } = currentContext();
    const path = this.#pathOf(organisationId, seen.sha256);
    if (!isSame(await statOf(path), seen)) return undefined;
    await mkdir(this.#aside, { recursive: true, mode: 0o750 });
    await this.#owner.give(this.#aside);
    const aside = join(this.#aside, `${organisationId}.${seen.sha256}.${randomUUID()}`);
    await rename(path, aside).catch((cause) => {
      throw asStorageError(cause, 'while setting an object aside');
    });
    const setAside = { drop: () => rm(aside, { force: true }), putBack: () => this.#putBack(aside) };
    // Between the look and the move somebody may have stored the same bytes: theirs was moved, and goes back.
    const moved = await statOf(aside);
    if (moved?.identity === seen.identity) return setAside;
    await setAside.putBack();
    return undefined;
  }

  /** Puts back what processes left aside that died. Harmless beside running ones, which then only keep what they meant to drop. */
  async putBackAll(): Promise<number> {
    const names = await readdir(this.#aside).catch(() => []);
    const left = names.filter((name) => namePattern.test(name));
    for (const name of left) await this.#putBack(join(this.#aside, name));
    return left.length;
  }

  async #putBack(aside: string): Promise<void> {
    const [, organisationId = '', sha256 = ''] = namePattern.exec(basename(aside)) ?? [];
    await link(aside, this.#pathOf(organisationId, sha256)).catch((cause: NodeJS.ErrnoException) => {
      // Stored again meanwhile: the same bytes. Or put back by another process already.
      if (cause.code !== 'EEXIST' && cause.code !== 'ENOENT') throw asStorageError(cause, 'while putting an object back');
    });
    await rm(aside, { force: true });
  }

  #pathOf(organisationId: string, sha256: string): string {
    return objectPath(this.#root, organisationId, sha256);
  }
}

/** The kernel stamps the change of name and owner (ctime), which no program can set back. */
async function statOf(path: string): Promise<Omit<SeenObject, 'sha256'> | undefined> {
  try {
    const { size, ctime, ino, mtimeNs } = await stat(path, { bigint: true });
    return { sizeBytes: Number(size), storedAt: ctime, identity: `${ino} ${mtimeNs}` };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw asStorageError(cause, 'while looking at an object');
  }
}

function isSame(now: Omit<SeenObject, 'sha256'> | undefined, seen: SeenObject): boolean {
  return now !== undefined && now.identity === seen.identity && now.storedAt.getTime() === seen.storedAt.getTime();
}

async function foldersIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw asStorageError(cause, 'while listing objects');
  });
  return names.filter((name) => /^[0-9a-f]{2}$/.test(name)).sort();
}

async function objectsIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) if (entry.isFile() && objectPattern.test(entry.name)) names.push(entry.name);
  return names;
}
