import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyProcess, isRunning, type ProcessIdentity } from '#supervisor';
import type { FolderOwner } from './folder-owner.adapter.ts';

/** One count for the whole process, whose folder all its stores share. */
let count = 0;

const namePattern = /^([0-9a-f-]{36})-(\d+)-(\d+)$/;

function nameOf(identity: ProcessIdentity): string {
  return `${identity.bootId}-${identity.startTicks}-${identity.pid}`;
}

function identityOf(name: string): ProcessIdentity | undefined {
  const [, bootId, startTicks, pid] = namePattern.exec(name) ?? [];
  return bootId ? { bootId, startTicks: Number(startTicks), pid: Number(pid) } : undefined;
}

/** Half-written objects, in a folder per process, so that whoever starts next can tell leftovers from work in hand. */
export class IncomingFolder {
  readonly #parent: string;
  readonly #owner: FolderOwner;
  #folder: Promise<string> | undefined;

  constructor(parent: string, owner: FolderOwner) {
    this.#parent = parent;
    this.#owner = owner;
  }

  /** A path for a new temporary file; the first call also removes what dead processes left. */
  async newPath(): Promise<string> {
    this.#folder ??= this.#prepare();
    const name = String(count++);
    return join(await this.#folder, name);
  }

  async #prepare(): Promise<string> {
    const self = identifyProcess(process.pid);
    if (!self) throw new Error('This process cannot find itself in /proc.');
    await mkdir(this.#parent, { recursive: true, mode: 0o750 });
    await this.#owner.give(this.#parent);
    await this.removeLeftovers();
    const folder = join(this.#parent, nameOf(self));
    await mkdir(folder, { recursive: true, mode: 0o750 });
    await this.#owner.give(folder);
    return folder;
  }

  /** Removes the folders of processes that run no more; answers how many. */
  async removeLeftovers(): Promise<number> {
    const names = await readdir(this.#parent);
    const dead = names.filter((name) => {
      const identity = identityOf(name);
      return identity !== undefined && !isRunning(identity);
    });
    await Promise.all(dead.map((name) => rm(join(this.#parent, name), { recursive: true, force: true })));
    return dead.length;
  }
}
