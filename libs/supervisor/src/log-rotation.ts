import { constants, copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { listOldLogs, partOf, removeOldLogs } from './old-logs.ts';

/** A log that grows over this many bytes starts anew before its day is over. */
const largestBytes = 32 * 1024 * 1024;
/** So many parts of each log are kept at most, however long they are to be kept: a service that says the same forever must not fill the disk. */
const mostParts = 32;

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/**
 * Starts logs anew each day (UTC) and before they grow too large, so that each part that is set aside has an age. Their writers hold them open in append
 * mode, so truncating is enough; lines written between copying and truncating are lost, which a log can bear.
 */
export class LogRotation {
  readonly #folder: string;
  #day: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Looks at each log once. The first look sets aside what was last written on an earlier day. Throws what one log failed with, after the others. */
  turn(now: Date): void {
    const today = dayOf(now);
    const isNewDay = this.#day !== undefined && this.#day !== today;
    const failures: unknown[] = [];
    for (const name of readdirSync(this.#folder).filter((entry) => entry.endsWith('.log'))) {
      const { size, mtime } = statSync(join(this.#folder, name));
      const isOver = size > largestBytes || (size > 0 && (isNewDay || dayOf(mtime) < today));
      try {
        if (isOver) this.#setAside(name, now);
      } catch (error) {
        failures.push(error);
      }
    }
    this.#day = today;
    if (failures.length > 0) throw failures[0];
  }

  #setAside(name: string, now: Date): void {
    const file = join(this.#folder, name);
    const part = partOf(name, now);
    try {
      copyFileSync(file, join(this.#folder, part), constants.COPYFILE_FICLONE);
    } catch (error) {
      removeOldLogs(this.#folder, [part]);
      throw error;
    }
    truncateSync(file);
    const parts = listOldLogs(this.#folder).filter((part) => part.name.startsWith(`${name}.`));
    removeOldLogs(
      this.#folder,
      parts.slice(0, Math.max(0, parts.length - mostParts)).map((part) => part.name),
    );
  }
}
