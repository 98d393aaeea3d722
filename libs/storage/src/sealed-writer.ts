import type { FileHandle } from 'node:fs/promises';
import { type SealContext, sealedChunkBytes } from '#sealed-object';
import { batchBytes, byteMill } from './byte-mill.adapter.ts';
import { type SealedDigests, SealedStream, withoutWritten } from './sealed-stream.ts';

/** The key of a file and what it is sealed as. */
export interface Sealing {
  dataKey: Uint8Array;
  context: SealContext;
}

/**
 * Writes a sealed file from its first byte to its last. Chunks are gathered into batches; a file of one batch is sealed and written here, a
 * larger one by the mill, one batch under way while the next fills. A writer that has failed cannot be gone on with.
 */
export class SealedWriter {
  readonly #handle: FileHandle;
  readonly #sealing: Sealing;
  #position = 0;
  #batch: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #stream: number | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(handle: FileHandle, sealing: Sealing) {
    this.#handle = handle;
    this.#sealing = sealing;
  }

  /** Bytes accepted so far, written or not. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that are kept back until their chunk is whole or the file ends; valid until the next call. */
  get pending(): Uint8Array {
    return this.#batch?.subarray(0, this.#filled) ?? new Uint8Array();
  }

  /** Writes a whole file from bytes in memory, instead of `write` and `finish`: small ones are not copied. */
  async writeAll(bytes: Uint8Array): Promise<SealedDigests> {
    this.#position = bytes.length;
    if (bytes.length <= batchBytes) return this.#writeWhole(bytes);
    this.#position = 0;
    await this.write(bytes);
    return this.finish();
  }

  /** Accepts bytes. Rejects with the error of an earlier write, too. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      if (this.#filled === batchBytes) {
        const before = this.#writing;
        this.#dispatch();
        await before;
      }
      this.#batch ??= byteMill.newBatch();
      const part = bytes.subarray(done, done + batchBytes - this.#filled);
      this.#batch.set(part, this.#filled);
      this.#filled += part.length;
      this.#position += part.length;
      done += part.length;
    }
  }

  /** Brings all whole chunks to the file (not yet the disk); answers how many bytes that covers. More may be written meanwhile. */
  async flush(): Promise<number> {
    const whole = this.#filled - (this.#filled % sealedChunkBytes);
    if (whole > 0) {
      const rest = this.pending.slice(whole);
      this.#filled = whole;
      this.#dispatch();
      this.#batch = byteMill.newBatch();
      this.#batch.set(rest);
      this.#filled = rest.length;
    }
    const covered = this.#position - this.#filled;
    await this.#writing;
    return covered;
  }

  /** Writes what remains and answers what the file is; not yet durable. */
  async finish(): Promise<SealedDigests> {
    const bytes = this.#batch?.subarray(0, this.#filled) ?? new Uint8Array(new ArrayBuffer(0));
    this.#batch = undefined;
    this.#filled = 0;
    if (this.#stream === undefined) return this.#writeWhole(bytes).finally(() => byteMill.giveBack(bytes));
    await this.#writing;
    const digests = await byteMill.append({ stream: this.#stream, fd: this.#handle.fd, bytes, isLast: true });
    if (!digests) throw new Error('the writing thread gave no hash');
    return digests;
  }

  /** Waits until nothing is being written any more, whatever came of it; to be called when a file is given up. */
  async abandon(): Promise<void> {
    if (this.#stream !== undefined) byteMill.forget(this.#stream);
    await this.#writing.catch(() => {});
  }

  async #writeWhole(bytes: Uint8Array): Promise<SealedDigests> {
    const file = new SealedStream(this.#sealing.dataKey, this.#sealing.context);
    let at = 0;
    for (let parts = file.seal(bytes, true); parts.length > 0; ) {
      const { bytesWritten } = await this.#handle.writev(parts, at);
      at += bytesWritten;
      parts = withoutWritten(parts, bytesWritten);
    }
    return file.digests();
  }

  /** Hands the batch over, behind the one under way: a failure fails what follows. */
  #dispatch(): void {
    if (!this.#batch) return;
    const bytes = this.#batch.subarray(0, this.#filled);
    this.#batch = undefined;
    this.#filled = 0;
    this.#stream ??= byteMill.begin(this.#sealing.dataKey, this.#sealing.context);
    const written = byteMill.append({ stream: this.#stream, fd: this.#handle.fd, bytes, isLast: false });
    this.#writing = Promise.all([this.#writing, written]);
    // The error is met by the next batch, by flush() or by finish(); until then it must not count as unhandled.
    this.#writing.catch(() => {});
  }
}
