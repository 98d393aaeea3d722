import { closeSync, openSync, readSync } from 'node:fs';
import { entryCountAt } from './write-log.ts';

/** Reads how many requests each device has recorded so far. */
export class LogPositions {
  readonly #files: number[];
  readonly #count = Buffer.alloc(8);

  constructor(logFiles: readonly string[]) {
    this.#files = logFiles.map((file) => openSync(file, 'r'));
  }

  /**
   * The counts of all devices at one moment. A moment is known where no count changed between two readings; while devices are never
   * quiet together, undefined.
   */
  now(): number[] | undefined {
    let before = this.#read();
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      const after = this.#read();
      if (before.every((count, device) => count === after[device])) return after;
      before = after;
    }
    return undefined;
  }

  close(): void {
    for (const file of this.#files) closeSync(file);
  }

  #read(): number[] {
    return this.#files.map((file) => {
      readSync(file, this.#count, 0, 8, entryCountAt);
      return Number(this.#count.readBigUInt64LE(0));
    });
  }
}
