import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Bytes gathered into one write: connections hand over 64 KiB at a time, and a trip to the disk costs as much for those as for a mebibyte. */
const gatherBytes = 1_048_576;

/** Writes all chunks from a position on; a file system may take less than asked in one call. */
async function writeFully(handle: FileHandle, chunks: Uint8Array[], position: number): Promise<void> {
  let rest = chunks;
  for (let at = position; rest.length > 0; ) {
    const { bytesWritten } = await handle.writev(rest, at);
    at += bytesWritten;
    rest = withoutFirst(rest, bytesWritten);
  }
}

/** What remains of chunks whose first `bytes` are done. */
function withoutFirst(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}

/** Writes chunks one after the other while the next are fetched and hashed: the disk and SHA-256 work at the same time. */
export class HashedWriter {
  readonly #handle: FileHandle;
  readonly #hash: Hash | undefined;
  #position: number;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
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
    this.#hash?.update(chunk);
    this.#position += chunk.length;
    if (chunk.length === 0) return;
    this.#gathered.push(chunk);
    this.#gatheredBytes += chunk.length;
    if (this.#gatheredBytes < gatherBytes) return;
    await this.#writing;
    this.#startWriting();
  }

  /** Waits until everything accepted has reached the file (not yet the disk). */
  async settle(): Promise<void> {
    // Others may write meanwhile: what they add is not waited for.
    this.#startWriting();
    await this.#writing;
  }

  /** Puts what was gathered behind the write that is under way. */
  #startWriting(): void {
    if (this.#gathered.length === 0) return;
    const [chunks, position, before] = [this.#gathered, this.#position - this.#gatheredBytes, this.#writing];
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#writing = before.then(() => writeFully(this.#handle, chunks, position));
    // The error is met by the next write or by settle(); until then it must not count as unhandled.
    this.#writing.catch(() => {});
  }
}
