import type { FileHandle } from 'node:fs/promises';
import { batchBytes, byteMill } from './byte-mill.adapter.ts';
import { LocalHash, MillHash, type RunningHash } from './running-hash.ts';

/** Writes chunks to a file and follows their hash, while the next are fetched. */
export interface HashedWriter {
  /** Position after everything accepted so far, written or not. */
  readonly position: number;
  /** Accepts a chunk, which must not change afterwards. Rejects with the error of an earlier write, too. */
  write(chunk: Uint8Array): Promise<void>;
  /** Waits until everything accepted has reached the file (not yet the disk). */
  settle(): Promise<void>;
}

/** The hash of a file that will have so many bytes (undefined where nobody knows). */
export function newRunningHash(sizeBytes: number | undefined): RunningHash {
  return sizeBytes !== undefined && sizeBytes <= batchBytes ? new LocalHash() : new MillHash();
}

/** A writer from `position` on; without a hash it only writes. */
export function newHashedWriter(handle: FileHandle, position: number, hash: RunningHash | undefined): HashedWriter {
  return hash instanceof LocalHash ? new LocalWriter(handle, position, hash) : new MillWriter(handle, position, hash);
}

/** For small files: hashed here, one chunk written while the next is fetched. */
class LocalWriter implements HashedWriter {
  readonly #handle: FileHandle;
  readonly #hash: LocalHash;
  #position: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle, position: number, hash: LocalHash) {
    this.#handle = handle;
    this.#position = position;
    this.#hash = hash;
  }

  get position(): number {
    return this.#position;
  }

  async write(chunk: Uint8Array): Promise<void> {
    const before = this.#writing;
    this.#hash.update(chunk);
    await before;
    this.#writing = writeFully(this.#handle, chunk, this.#position);
    // The error is met by the next write or by settle(); until then it must not count as unhandled.
    this.#writing.catch(() => {});
    this.#position += chunk.length;
  }

  async settle(): Promise<void> {
    await this.#writing;
  }
}

/** Writes all of a chunk at a position; a file system may take less than asked in one call. */
async function writeFully(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

/** For large files: chunks are gathered into batches, which the mill hashes and writes. One batch is under way while the next fills. */
class MillWriter implements HashedWriter {
  readonly #handle: FileHandle;
  readonly #hash: MillHash | undefined;
  #position: number;
  #batch: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle, position: number, hash: RunningHash | undefined) {
    this.#handle = handle;
    this.#position = position;
    this.#hash = hash instanceof MillHash ? hash : undefined;
  }

  get position(): number {
    return this.#position;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      this.#batch ??= byteMill.newBatch();
      const part = chunk.subarray(done, done + batchBytes - this.#filled);
      this.#batch.set(part, this.#filled);
      this.#filled += part.length;
      this.#position += part.length;
      done += part.length;
      if (this.#filled < batchBytes) return;
      const before = this.#writing;
      this.#send();
      await before;
    }
  }

  async settle(): Promise<void> {
    this.#send();
    await this.#writing;
  }

  /** Hands the batch over, behind those under way: the mill serves in order, and a failure fails what follows. */
  #send(): void {
    if (!this.#batch || this.#filled === 0) return;
    const [bytes, before] = [this.#batch.subarray(0, this.#filled), this.#writing];
    const request = {
      stream: this.#hash?.stream ?? 0,
      fd: this.#handle.fd,
      position: this.#position - this.#filled,
      bytes,
      isHashed: this.#hash !== undefined,
    };
    if (this.#hash) this.#hash.bytes += this.#filled;
    this.#batch = undefined;
    this.#filled = 0;
    const written = byteMill.write(request);
    this.#writing = before.then(() => written);
    // The error is met by the next write or by settle(); until then it must not count as unhandled.
    for (const promise of [written, this.#writing]) promise.catch(() => {});
  }
}
