import { statfs } from 'node:fs/promises';
import { asStorageError, storageFull } from './storage-errors.ts';

/** Room on the file system of the objects, in bytes. */
export interface Room {
  totalBytes: number;
  /** What unprivileged processes may still write. */
  freeBytes: number;
}

/** How much room the objects' file system has, and the floor below which nothing new is taken in. */
export class DiskSpace {
  readonly #folder: string;
  readonly #minFreeBytes: number;

  constructor(folder: string, minFreeBytes: number) {
    this.#folder = folder;
    this.#minFreeBytes = minFreeBytes;
  }

  async read(): Promise<Room> {
    try {
      const { bsize, blocks, bavail } = await statfs(this.#folder);
      return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
    } catch (cause) {
      throw asStorageError(cause, 'while measuring free space');
    }
  }

  /** Throws STORAGE_FULL unless so many more bytes leave the declared floor free. */
  async requireRoom(bytes: number): Promise<void> {
    const { freeBytes } = await this.read();
    if (freeBytes - bytes >= this.#minFreeBytes) return;
    throw storageFull(
      `${inMegabytes(bytes)} MB do not fit: ${inMegabytes(freeBytes)} MB are free, of which ${inMegabytes(this.#minFreeBytes)} MB stay free.`,
    );
  }
}

function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}
