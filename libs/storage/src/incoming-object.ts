import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError } from '#kernel';
import { sealedChunkBytes } from '#sealed-object';
import { requireLiving, syncFolder } from './durable-folders.adapter.ts';
import { IncomingTail } from './incoming-tail.adapter.ts';
import type { SealedDigests } from './sealed-stream.ts';
import { SealedWriter } from './sealed-writer.ts';
import { asStorageError } from './storage-errors.ts';
import { type Expected, readConfirmed } from './unfinished-file.adapter.ts';

/**
 * A file that arrives in parts, over connections and process lives, sealed as it comes. Whoever keeps the offset in the database opens it at that
 * offset. As long as this object lives, the next part goes on where the last one ended. Another process, or one that must forget bytes that were
 * never confirmed, seals what was confirmed again into a new file: a chunk that was sealed once is never sealed with other bytes.
 */
export class IncomingObject {
  readonly #expected: Expected;
  readonly #handle: FileHandle;
  readonly #writer: SealedWriter;
  readonly #tail: IncomingTail;
  #digests: SealedDigests | undefined;
  #isNamed = false;
  #isBroken = false;

  private constructor(expected: Expected, handle: FileHandle) {
    this.#expected = expected;
    this.#handle = handle;
    this.#writer = new SealedWriter(handle, expected.sealing);
    this.#tail = new IncomingTail(expected.path, expected.sealing);
  }

  /** Opens the file at a confirmed offset. Throws STORAGE_IO, also where fewer bytes are there than were confirmed. */
  static async openAt(expected: Expected, offset: number): Promise<IncomingObject> {
    try {
      if (offset === 0) return new IncomingObject(expected, await open(expected.path, 'w', 0o640));
      return await IncomingObject.#sealAgain(expected, offset);
    } catch (cause) {
      // Bytes that do not open any more are bytes that are gone.
      const isDamaged = cause instanceof HoldfastError && cause.code.startsWith('KEYS_OBJECT_');
      throw asStorageError(isDamaged ? new Error(cause.message) : cause, 'while opening an unfinished file');
    }
  }

  static async #sealAgain(expected: Expected, offset: number): Promise<IncomingObject> {
    const temporary = `${expected.path}.again`;
    const again = new IncomingObject(expected, await open(temporary, 'w', 0o640));
    try {
      for await (const bytes of readConfirmed(expected, offset)) await again.#writer.write(bytes);
      await again.#makeDurable();
      await rename(temporary, expected.path);
      await syncFolder(dirname(expected.path));
      again.#isNamed = true;
      return again;
    } catch (cause) {
      await again.close();
      throw cause;
    }
  }

  /** Bytes accepted so far; not necessarily durable. */
  get position(): number {
    return this.#writer.position;
  }

  /** Whether the next part may go on from `offset` here. */
  continuesAt(offset: number): boolean {
    return !this.#isBroken && this.#digests === undefined && this.position === offset;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#guard('while receiving a file', () => this.#writer.write(bytes));
  }

  /** Makes whole chunks of what was accepted durable; answers how many bytes that covers. Appending may go on meanwhile. */
  async checkpoint(): Promise<number> {
    return this.#guard('while making received bytes durable', async () => {
      const covered = await this.#writer.flush();
      await this.#sync();
      return covered;
    });
  }

  /** Makes all that was accepted durable; answers how many bytes. Where nothing is missing the file is complete then. */
  async pause(): Promise<number> {
    return this.#guard('while making received bytes durable', () => this.#makeDurable());
  }

  /** What the complete file is; undefined until `pause` has seen all of it. */
  get digests(): SealedDigests | undefined {
    return this.#digests;
  }

  async close(): Promise<void> {
    this.#isBroken = true;
    await this.#writer.abandon();
    await this.#handle.close().catch(() => {});
  }

  async #makeDurable(): Promise<number> {
    const { position } = this.#writer;
    if (this.#digests) return position;
    if (position === this.#expected.sizeBytes) {
      const digests = await this.#writer.finish();
      await this.#sync();
      this.#digests = digests;
      return position;
    }
    const covered = await this.#writer.flush();
    await this.#sync();
    if (position % sealedChunkBytes > 0) await this.#tail.write(covered, this.#writer.pending);
    return position;
  }

  async #sync(): Promise<void> {
    await this.#handle.datasync();
    const folder = dirname(this.#expected.path);
    await (this.#isNamed ? requireLiving(folder) : syncFolder(folder));
    this.#isNamed = true;
  }

  async #guard<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      this.#isBroken = true;
      throw asStorageError(cause, doing);
    }
  }
}
