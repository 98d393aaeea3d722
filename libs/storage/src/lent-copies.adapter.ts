import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asStorageError } from './storage-errors.ts';

/** Files up to this size are lent from memory and never touch a disk in the clear. */
const mostInMemoryBytes = 67_108_864;
const memoryFolder = '/dev/shm';
/** Lent files never take more than this share of the memory that is free for files. */
const memoryShare = 4;
const namePattern = /^holdfast-lent-(\d+)-[0-9a-f-]{36}$/;

/**
 * Plain copies of objects for programs that can read nothing but a file, for as long as they run: in memory where they are small, else in the
 * scratch folder (docs/adr/0017-sealed-by-default.md says what that means). What a killed process left goes when the next one starts.
 */
export class LentCopies {
  readonly #scratch: string;

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  /** Lends what the stream holds as a file that only this account may read. */
  async lend<Result>(content: Readable, sizeBytes: number, use: (file: string) => Promise<Result>): Promise<Result> {
    const file = join(await this.#folderFor(sizeBytes), `holdfast-lent-${process.pid}-${randomUUID()}`);
    try {
      await pipeline(content, createWriteStream(file, { flags: 'wx', mode: 0o400, highWaterMark: 1_048_576 })).catch(
        (cause) => {
          throw asStorageError(cause, 'while lending an object');
        },
      );
      return await use(file);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Removes what processes left that run no more; answers how many files. */
  async removeLeftovers(): Promise<number> {
    const left: string[] = [];
    for (const folder of [memoryFolder, this.#scratch])
      for (const name of await readdir(folder).catch(() => [])) {
        const pid = namePattern.exec(name)?.[1];
        if (pid !== undefined && !existsSync(`/proc/${pid}`)) left.push(join(folder, name));
      }
    // Other accounts' copies are theirs to remove.
    const outcomes = await Promise.allSettled(left.map((file) => rm(file, { force: true })));
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  async #folderFor(sizeBytes: number): Promise<string> {
    if (sizeBytes <= mostInMemoryBytes && (await freeMemory()) > sizeBytes * memoryShare) return memoryFolder;
    await mkdir(this.#scratch, { recursive: true });
    return this.#scratch;
  }
}

/** Room for files in memory; none where there is no such folder. */
async function freeMemory(): Promise<number> {
  const room = await statfs(memoryFolder).catch(() => undefined);
  return room ? room.bavail * room.bsize : 0;
}
