import { type FileHandle, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HoldfastError } from '#kernel';
import { type DurableFolders, requireLiving, syncEntries } from './durable-folders.adapter.ts';
import { failpoint } from './failpoint.ts';
import { inParallel } from './in-parallel.ts';
import { asStorageError } from './storage-errors.ts';

/** A written file that is to become an object. */
export interface WrittenFile {
  handle: FileHandle;
  temporary: string;
  destination: string;
  /** Its bytes are durable already. */
  isSynced: boolean;
}

interface Waiting {
  file: WrittenFile;
  resolve: () => void;
  reject: (error: HoldfastError) => void;
}

/** More threads than this only queue for the journal: 8 was the best of 1 to 32 for 100 KB objects on ext4. */
const parallelSyncs = 8;
const largestBatch = 64;

/**
 * Makes written files durable and visible, many at a time: fdatasync each, rename all, fsync each folder once. On a journalling
 * file system the first folder's fsync commits the renames of the whole batch, so the others cost next to nothing.
 *
 * After a failed fsync the kernel may have thrown the dirty pages away and a second fsync would claim success
 * (https://wiki.postgresql.org/wiki/Fsync_Errors), so the group refuses everything from then on.
 */
export class CommitGroup {
  readonly #folders: DurableFolders;
  #waiting: Waiting[] = [];
  #isRunning = false;
  #failure: HoldfastError | undefined;

  constructor(folders: DurableFolders) {
    this.#folders = folders;
  }

  /** Throws the error that stopped the group, if one did. */
  requireSound(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Resolves once the file is an object that survives a power cut. The handle stays the caller's to close. */
  commit(file: WrittenFile): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ file, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, largestBatch);
      const synced = await this.#each(batch, 'while writing an object', (entry) => this.#syncBytes(entry.file));
      const pendingFolders = new Map<Waiting, string[]>();
      const renamed = await this.#each(synced, 'while naming an object', async (entry) => {
        pendingFolders.set(entry, await this.#name(entry.file));
      });
      failpoint('object.after-rename');
      await this.#syncFolders(renamed, pendingFolders);
    }
    this.#isRunning = false;
  }

  /** Does one stage for a batch; whoever fails it is told and drops out. */
  async #each(batch: Waiting[], doing: string, stage: (entry: Waiting) => Promise<void>): Promise<Waiting[]> {
    const outcomes = await inParallel(batch, parallelSyncs, async (entry) => {
      this.requireSound();
      await stage(entry);
    });
    return batch.filter((entry, index) => {
      const outcome = outcomes[index];
      if (outcome?.status === 'rejected') entry.reject(asStorageError(outcome.reason, doing));
      return outcome?.status === 'fulfilled';
    });
  }

  async #syncBytes(file: WrittenFile): Promise<void> {
    if (!file.isSynced) await this.guardSync(() => file.handle.datasync());
    failpoint('object.after-fsync');
  }

  async #name(file: WrittenFile): Promise<string[]> {
    const folder = dirname(file.destination);
    const pending = await this.#folders.make(folder);
    // Replaces an object of the same name, which has the same bytes: harmless, and heals a copy that had rotted.
    await rename(file.temporary, file.destination);
    return [...pending, folder];
  }

  async #syncFolders(entries: Waiting[], pending: Map<Waiting, string[]>): Promise<void> {
    const folders = [...new Set([...pending.values()].flat())];
    const outcomes = await inParallel(folders, parallelSyncs, (folder) => this.guardSync(() => syncEntries(folder)));
    const dead = await this.#whyDead(folders);
    const failed = new Map(
      folders.flatMap((folder, index) => {
        const outcome = outcomes[index];
        return outcome?.status === 'rejected' ? [[folder, outcome.reason] as const] : [];
      }),
    );
    for (const entry of entries) {
      const broken = pending.get(entry)?.find((folder) => failed.has(folder));
      if (dead) entry.reject(dead);
      else if (broken) entry.reject(asStorageError(failed.get(broken), 'while naming an object'));
      else {
        this.#folders.trust(dirname(entry.file.destination));
        entry.resolve();
      }
    }
  }

  /** Why nothing that was just synced can be relied on; undefined where it can. */
  async #whyDead([folder]: readonly string[]): Promise<HoldfastError | undefined> {
    if (folder === undefined) return undefined;
    return this.guardSync(() => requireLiving(folder)).then(
      () => undefined,
      (cause) => asStorageError(cause, 'while naming an object'),
    );
  }

  /** Runs an fsync; its failure (other than for want of room) stops the group for good. */
  async guardSync(sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
    } catch (cause) {
      const error = asStorageError(cause, 'while making bytes durable');
      if (error.code === 'STORAGE_IO') this.#failure ??= error;
      throw error;
    }
  }
}
