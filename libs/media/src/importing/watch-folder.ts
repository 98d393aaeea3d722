import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FoundFile } from './find-files.adapter.ts';
import { type FolderImportOptions, type ImportTally, importFolder } from './folder-import.ts';

interface Seen {
  sizeBytes: number;
  modifiedMs: number;
  /** When this size and time were first seen, on the clock given. */
  sinceMs: number;
  isTaken: boolean;
  /** The look at the folder that met it last. */
  look: number;
}

/** Tells finished files from those that somebody is still writing: finished is what has not changed for a while. */
export class SettledFiles {
  private readonly seen = new Map<string, Seen>();
  private look = 0;
  private readonly settleMs: number;
  private readonly now: () => number;

  constructor(settleMs: number, now: () => number = () => performance.now()) {
    this.settleMs = settleMs;
    this.now = now;
  }

  /** Looks at a file; answers whether it is finished and was not taken before as it is now. */
  take({ path, sizeBytes, modifiedMs }: FoundFile): boolean {
    const key = path.toString('latin1');
    const before = this.seen.get(key);
    if (before?.sizeBytes !== sizeBytes || before.modifiedMs !== modifiedMs) {
      this.seen.set(key, { sizeBytes, modifiedMs, sinceMs: this.now(), isTaken: false, look: this.look });
      return false;
    }
    before.look = this.look;
    if (before.isTaken || this.now() - before.sinceMs < this.settleMs) return false;
    before.isTaken = true;
    return true;
  }

  /** A file whose import failed is looked at again as if it were new. */
  putBack({ path }: FoundFile): void {
    this.seen.delete(path.toString('latin1'));
  }

  /** Forgets files that the look now ending did not meet. */
  endLook(): void {
    for (const [key, { look }] of this.seen) if (look !== this.look) this.seen.delete(key);
    this.look += 1;
  }

  /** How many files are waiting to be finished. */
  get waiting(): number {
    return [...this.seen.values()].filter((file) => !file.isTaken).length;
  }
}

/** inotify tells most changes at once; what it misses (network file systems, queue overflows) a look at everything finds. */
const rescanMs = 30_000;

/** Imports what lands in a folder until `signal` says stop. Throws what would fail for every file. */
export async function watchFolder(tally: ImportTally, settleSeconds: number, options: FolderImportOptions): Promise<void> {
  const settled = new SettledFiles(settleSeconds * 1000);
  const bell = new Bell();
  const watcher = watch(options.folder, { recursive: true }, () => bell.ring());
  watcher.on('error', () => {});
  options.signal.addEventListener('abort', () => bell.ring(), { once: true });
  try {
    while (!options.signal.aborted) {
      await importFolder(tally, {
        ...options,
        select: (found) => settled.take(found),
        onFile: (found, outcome) => {
          if (!('assetId' in outcome) && outcome.code === 'IMPORT_FILE_CHANGED') settled.putBack(found);
          options.onFile?.(found, outcome);
        },
      });
      settled.endLook();
      await bell.wait(settled.waiting > 0 ? settleSeconds * 1000 : rescanMs);
    }
  } finally {
    watcher.close();
  }
}

/** Wakes whoever waits, and remembers a ring that nobody heard. */
class Bell {
  private isRung = false;
  private wake = () => {};

  ring(): void {
    this.isRung = true;
    this.wake();
  }

  async wait(mostMs: number): Promise<void> {
    if (!this.isRung) {
      const early = new AbortController();
      this.wake = () => early.abort();
      await sleep(mostMs, undefined, { signal: early.signal }).catch(() => {});
    }
    this.isRung = false;
    // Many changes come together: one look is enough for all of them.
    await sleep(100);
  }
}
