import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openBuffer, sealBuffer } from '#sealed-object';
import { syncFolder } from './durable-folders.adapter.ts';
import type { Sealing } from './sealed-writer.ts';

/** Sealed beside the file under another number, so that no tail can pass for an object. */
const tailVersion = 2;
/** Where the database still names the offset before the last one, the tail before the last one is needed. */
const tailsKept = 2;

/** The confirmed bytes of an unfinished file that fill no chunk yet: a chunk is sealed once, when it is whole. */
export class IncomingTail {
  readonly #path: string;
  readonly #sealing: Sealing;

  constructor(path: string, { dataKey, context }: Sealing) {
    this.#path = path;
    this.#sealing = { dataKey, context: { ...context, version: tailVersion } };
  }

  /** Makes the bytes that begin at `start` durable. */
  async write(start: number, bytes: Uint8Array): Promise<void> {
    const temporary = `${this.#path}.tail`;
    const handle = await open(temporary, 'w', 0o640);
    try {
      await handle.writeFile(sealBuffer(this.#sealing.dataKey, this.#sealing.context, bytes));
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.#at(start));
    await syncFolder(dirname(this.#path));
    await this.#removeOlder();
  }

  /** The bytes that begin at `start`, or undefined where there are none. */
  async read(start: number): Promise<Buffer | undefined> {
    const sealed = await readFile(this.#at(start)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    return sealed && openBuffer(this.#sealing.dataKey, this.#sealing.context, sealed);
  }

  async #removeOlder(): Promise<void> {
    const starts = (await tailsOf(this.#path)).map((name) => Number(name.slice(name.lastIndexOf('-') + 1)));
    const older = starts.sort((left, right) => right - left).slice(tailsKept);
    await Promise.all(older.map((start) => rm(this.#at(start), { force: true })));
  }

  #at(start: number): string {
    return `${this.#path}.tail-${start}`;
  }
}

/** Names of the files beside an unfinished one that belong to it. */
async function tailsOf(path: string): Promise<string[]> {
  const names = await readdir(dirname(path));
  return names.filter((name) => name.startsWith(`${basename(path)}.tail-`));
}

/** Removes an unfinished file with all that belongs to it. */
export async function removeIncoming(path: string): Promise<void> {
  const beside = await tailsOf(path).catch(() => []);
  const files = [path, `${path}.tail`, `${path}.again`, ...beside.map((name) => join(dirname(path), name))];
  await Promise.all(files.map((file) => rm(file, { force: true })));
}
