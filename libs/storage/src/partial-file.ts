import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './durable-folders.adapter.ts';
import { type HashedWriter, newHashedWriter, newRunningHash } from './hashed-writer.ts';
import type { RunningHash } from './running-hash.ts';
import { asStorageError } from './storage-errors.ts';

/** SHA-256 of the first `bytes` of a partial file, so that the next part need not read them again. */
export interface HashProgress {
  bytes: number;
  hash: RunningHash;
}

/**
 * A file that arrives in parts, over connections and process lives. Whoever keeps the offset in the database opens the file at that
 * offset, which cuts off bytes that were written but never confirmed; `checkpoint` answers the next offset that may be confirmed.
 */
export class PartialFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #writer: HashedWriter;
  readonly #hash: RunningHash | undefined;
  #isNamed: boolean;

  private constructor(path: string, handle: FileHandle, offset: number, hash: RunningHash | undefined) {
    this.#path = path;
    this.#handle = handle;
    this.#hash = hash;
    this.#writer = newHashedWriter(handle, offset, hash);
    this.#isNamed = offset > 0;
  }

  /**
   * Opens the file, which will have `sizeBytes`, at a confirmed offset; `progress` continues the hash where it fits that offset.
   * Throws STORAGE_IO, also when the file has fewer bytes than were confirmed.
   */
  static async openAt(path: string, offset: number, sizeBytes: number, progress?: HashProgress): Promise<PartialFile> {
    try {
      const handle = await open(path, offset === 0 ? 'w' : 'r+', 0o640);
      const { size } = await handle.stat();
      if (size < offset) {
        await handle.close();
        throw new Error(`it has ${size} bytes of ${offset}`);
      }
      if (size > offset) await handle.truncate(offset);
      const known = progress?.bytes === offset ? progress.hash : undefined;
      if (!known) progress?.hash.release();
      const hash = known ?? (offset === 0 ? newRunningHash(sizeBytes) : undefined);
      return new PartialFile(path, handle, offset, hash);
    } catch (cause) {
      throw asStorageError(cause, 'while opening a partial file');
    }
  }

  /** Bytes accepted so far; not necessarily durable. */
  get sizeBytes(): number {
    return this.#writer.position;
  }

  async append(chunk: Uint8Array): Promise<void> {
    try {
      await this.#writer.write(chunk);
    } catch (cause) {
      throw asStorageError(cause, 'while receiving a file');
    }
  }

  /** Makes what was accepted before the call durable; answers that many bytes. Appending may go on meanwhile. */
  async checkpoint(): Promise<number> {
    const bytes = this.#writer.position;
    try {
      await this.#writer.settle();
      await this.#handle.datasync();
      if (!this.#isNamed) await syncFolder(dirname(this.#path));
      this.#isNamed = true;
      return bytes;
    } catch (cause) {
      throw asStorageError(cause, 'while making received bytes durable');
    }
  }

  /** The hash so far, where it was followed from the first byte: to be continued, or released. */
  progress(): HashProgress | undefined {
    return this.#hash ? { bytes: this.#writer.position, hash: this.#hash } : undefined;
  }

  async close(): Promise<void> {
    await this.#writer.settle().catch(() => {});
    await this.#handle.close();
  }

  static async remove(path: string): Promise<void> {
    await rm(path, { force: true }).catch((cause) => {
      throw asStorageError(cause, 'while removing a partial file');
    });
  }
}
