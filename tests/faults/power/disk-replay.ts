import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { runProgram } from '../block/run-program.ts';
import type { PowerCut, SurvivingWrite } from './power-cut.ts';
import { type LogEntry, parseWriteLog, type ReadLog, type WriteLog } from './write-log.ts';

const zeroes = Buffer.alloc(1_048_576);

/** Reads from an open file; shorter at its end. */
export function readerOf(file: number): ReadLog {
  return (position, length) => {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, position));
  };
}

/** Copies an image without its holes. */
export async function copySparsely(from: string, to: string): Promise<void> {
  await runProgram('cp', '--reflink=never', '--sparse=always', from, to);
}

/**
 * One recorded device: makes the image that a power cut leaves. Cuts must come in ascending order, so that what is durable is
 * written only once; close it afterwards.
 */
export class DiskReplay {
  readonly log: WriteLog;
  readonly #logFile: number;
  readonly #durableImage: string;
  readonly #durableFile: number;
  #applied = 0;

  private constructor(logFile: string, durableImage: string) {
    this.#logFile = openSync(logFile, 'r');
    this.log = parseWriteLog(readerOf(this.#logFile));
    this.#durableImage = durableImage;
    this.#durableFile = openSync(durableImage, 'r+');
  }

  /** `base` is the device as it was before the recording; `durableImage` a path for a working copy. */
  static async open(logFile: string, base: string, durableImage: string): Promise<DiskReplay> {
    await copySparsely(base, durableImage);
    return new DiskReplay(logFile, durableImage);
  }

  /** Writes the device as the cut leaves it into a new file; answers how many requests were torn. */
  async imageOf(cut: PowerCut, image: string): Promise<number> {
    for (; this.#applied < cut.durable; this.#applied += 1) {
      const entry = this.log.entries[this.#applied] as LogEntry;
      this.#apply(this.#durableFile, { entry, parts: [{ start: 0, end: entry.length }] });
    }
    await copySparsely(this.#durableImage, image);
    const file = openSync(image, 'r+');
    for (const survivor of cut.survivors) this.#apply(file, survivor);
    closeSync(file);
    return cut.survivors.filter(({ entry, parts }) => parts.length !== 1 || parts[0]?.end !== entry.length).length;
  }

  close(): void {
    closeSync(this.#logFile);
    closeSync(this.#durableFile);
  }

  #apply(file: number, { entry, parts }: SurvivingWrite): void {
    for (const { start, end } of parts)
      for (let at = start; at < end; at += zeroes.length) {
        const length = Math.min(zeroes.length, end - at);
        const bytes = entry.isDiscard ? zeroes.subarray(0, length) : this.#read(entry.dataAt + at, length);
        writeSync(file, bytes, 0, length, entry.offset + at);
      }
  }

  #read(position: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    readSync(this.#logFile, buffer, 0, length, position);
    return buffer;
  }
}
