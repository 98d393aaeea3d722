import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Writes all of a chunk at a position; a file system may take less than asked in one call. */
async function writeFully(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

/** Writes chunks one after the other while the next is fetched and hashed: the disk and SHA-256 work at the same time. */
export class HashedWriter {
  readonly #handle: FileHandle;
  readonly #hash: Hash | undefined;
  #position: number;
  #writing: Promise<void> = Promise.resolve();

  /** Begins at `position`; without a `hash` it only writes. */
  constructor(handle: FileHandle, position = 0, hash: Hash | undefined = createHash('sha256')) {
    this.#handle = handle;
    this.#position = position;
    this.#hash = hash;
  }

  /** Position after everything accepted so far, written or not. */
  get position(): number {
    return this.#position;
  }

  /** Accepts a chunk, which must not change afterwards. Rejects with the error of an earlier write, too. */
  async write(chunk: Uint8Array): Promise<void> {
    const before = this.#writing;
    this.#hash?.update(chunk);
    await before;
    this.#writing = writeFully(this.#handle, chunk, this.#position);
    // The error is met by the next write or by settle(); until then it must not count as unhandled.
    this.#writing.catch(() => {});
    this.#position += chunk.length;
  }

  /** Waits until everything accepted has reached the file (not yet the disk). */
  async settle(): Promise<void> {
    await this.#writing;
  }
}
