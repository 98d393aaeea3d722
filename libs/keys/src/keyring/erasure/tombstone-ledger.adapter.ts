import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

const newline = 0x0a;
/** More than most lines have. */
const firstRead = 4096;

/** The end of the ledger: its last whole line, and where that ends in the file. */
interface Tail {
  lastLine: string | undefined;
  end: number;
}

/**
 * The file of tombstones, outside the database so that no restore takes it back: one line each, only ever appended to. What a crash left of a last line was
 * never acknowledged and does not count.
 */
export class TombstoneLedger {
  constructor(private readonly path: string) {}

  /** All whole lines. */
  async lines(): Promise<string[]> {
    const file = await this.#openExisting();
    if (!file) return [];
    try {
      const bytes = await file.readFile();
      const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
      return whole.length === 0 ? [] : whole.toString('utf8').slice(0, -1).split('\n');
    } finally {
      await file.close();
    }
  }

  /** The last whole line; undefined where there is none. */
  async lastLine(): Promise<string | undefined> {
    const file = await this.#openExisting();
    if (!file) return undefined;
    try {
      return (await readTail(file)).lastLine;
    } finally {
      await file.close();
    }
  }

  /** Adds lines; returns once they are on the disk. One caller at a time, in all processes. */
  async append(lines: readonly string[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    let end: number;
    try {
      ({ end } = await readTail(file));
      await file.truncate(end);
      const added = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      await file.write(added, 0, added.length, end);
      await file.sync();
    } finally {
      await file.close();
    }
    if (end === 0) await this.#syncFolder();
  }

  async #openExisting(): Promise<FileHandle | undefined> {
    try {
      return await open(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #syncFolder(): Promise<void> {
    const folder = await open(dirname(this.path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** Reads backwards until a whole line is there. */
async function readTail(file: FileHandle): Promise<Tail> {
  const { size } = await file.stat();
  for (let length = Math.min(firstRead, size); ; length = Math.min(length * 4, size)) {
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, size - length);
    const last = bytes.lastIndexOf(newline);
    const before = last > 0 ? bytes.lastIndexOf(newline, last - 1) : -1;
    if (before < 0 && length < size) continue;
    if (last < 0) return { lastLine: undefined, end: 0 };
    return { lastLine: bytes.toString('utf8', before + 1, last), end: size - length + last + 1 };
  }
}
