import { constants } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const newline = 0x0a;

/** The file of tombstones, outside the database so that no restore takes it back: one line each, only ever appended to. */
export class TombstoneLedger {
  constructor(private readonly path: string) {}

  /** All whole lines. What a crash left of the last one was never acknowledged and does not count. */
  async lines(): Promise<string[]> {
    const bytes = await this.#read();
    const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
    return whole.length === 0 ? [] : whole.toString('utf8').slice(0, -1).split('\n');
  }

  /** Adds lines; returns once they are on the disk. One caller at a time, in all processes. */
  async append(lines: readonly string[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const bytes = await this.#read();
    const file = await open(this.path, constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      const end = bytes.lastIndexOf(newline) + 1;
      if (end < bytes.length) await file.truncate(end);
      const added = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      await file.write(added, 0, added.length, end);
      await file.sync();
    } finally {
      await file.close();
    }
    if (bytes.length === 0) await this.#syncFolder();
  }

  async #read(): Promise<Buffer> {
    try {
      return await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
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
