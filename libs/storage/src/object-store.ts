import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { currentContext, HoldfastError } from '#kernel';
import { CommitGroup } from './commit-group.adapter.ts';
import { DurableFolders } from './durable-folders.adapter.ts';
import { failpoint } from './failpoint.ts';
import { FolderOwner } from './folder-owner.adapter.ts';
import { newHashedWriter, newRunningHash } from './hashed-writer.ts';
import { IncomingFolder } from './incoming-folder.adapter.ts';
import { objectPath } from './object-path.ts';
import { asStorageError, objectMissing } from './storage-errors.ts';

/** Bytes that are durable: what a row of `stored_object` may be written for. */
export interface StoredBytes {
  /** Lower-case hexadecimal. */
  sha256: string;
  sizeBytes: number;
}

/** First and last byte, both included, as in HTTP. */
export interface ByteRange {
  start: number;
  end: number;
}

type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Larger files are fdatasynced before they join the group, so that small ones never wait for them. */
const soloSyncBytes = 1_048_576;
const readChunkBytes = 262_144;

/**
 * The objects of an organisation: immutable bytes named by their SHA-256. Each method works for the organisation of the current
 * context, and another organisation's object of the same bytes does not exist for it. What `put` and `adopt` have answered
 * survives a power cut; what they have not answered is not visible. Callers know a hash and a range, never a path.
 */
export class ObjectStore {
  readonly #root: string;
  readonly #owner: FolderOwner;
  readonly #incoming: IncomingFolder;
  readonly #commits: CommitGroup;

  /** `root` must exist and be durable itself. */
  constructor(root: string) {
    this.#root = root;
    this.#owner = new FolderOwner(root);
    this.#incoming = new IncomingFolder(join(root, '.incoming'), this.#owner);
    this.#commits = new CommitGroup(new DurableFolders(root, this.#owner));
  }

  /** Stores bytes. With `expectedSha256`, other bytes are refused with STORAGE_HASH_MISMATCH. Throws STORAGE_FULL or STORAGE_IO. */
  async put(source: ByteSource, expectedSha256?: string): Promise<StoredBytes> {
    this.#commits.requireSound();
    const temporary = await this.#incoming.newPath().catch((cause) => {
      throw asStorageError(cause, 'while making room for an object');
    });
    const handle = await open(temporary, 'wx', 0o440).catch((cause) => {
      throw asStorageError(cause, 'while opening a new object');
    });
    try {
      await this.#owner.give(handle);
      const stored = await this.#receive(handle, source);
      failpoint('object.after-write');
      if (expectedSha256 !== undefined && expectedSha256 !== stored.sha256) throw hashMismatch(expectedSha256, stored);
      await this.#commit(handle, temporary, stored, false);
      return stored;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw isSystemError(error) ? asStorageError(error, 'while storing an object') : error;
    } finally {
      await handle.close().catch(() => {});
    }
  }

  /**
   * Makes a finished file of the same file system an object without copying it (from elsewhere it is copied). Nobody may write
   * to it any more. What is known already need not be read again: `known` must come from the bytes, not from a client.
   */
  async adopt(file: string, known?: StoredBytes): Promise<StoredBytes> {
    this.#commits.requireSound();
    const handle = await open(file, 'r').catch((cause) => {
      throw asStorageError(cause, 'while opening a finished file');
    });
    try {
      const stored = known ?? (await hashOf(handle));
      await handle.chmod(0o440);
      await this.#owner.give(handle);
      await this.#commit(handle, file, stored, false);
      return stored;
    } catch (error) {
      if (isSystemError(error)) throw asStorageError(error, 'while storing a finished file');
      if (!isOnOtherFileSystem(error)) throw error;
      const copied = await this.put(handle.createReadStream({ autoClose: false, start: 0, highWaterMark: readChunkBytes }));
      await rm(file, { force: true });
      return copied;
    } finally {
      await handle.close().catch(() => {});
    }
  }

  /** Size of an object, or undefined where it does not exist. */
  async stat(sha256: string): Promise<{ sizeBytes: number } | undefined> {
    try {
      const { size } = await stat(this.#pathOf(sha256));
      return { sizeBytes: size };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw asStorageError(cause, 'while looking for an object');
    }
  }

  /**
   * Called in the transaction that has named an object, after its row is written: from then on no sweep takes it, so what is there now
   * stays. Throws STORAGE_OBJECT_MISSING where one was faster.
   */
  async requirePresent(sha256: string): Promise<void> {
    if (!(await this.stat(sha256))) throw objectMissing(sha256);
  }

  /** The bytes of an object, or of a range of it. Throws STORAGE_OBJECT_MISSING. */
  async open(sha256: string, range?: ByteRange): Promise<Readable> {
    const handle = await this.#openToRead(sha256);
    return handle.createReadStream({ ...range, highWaterMark: readChunkBytes });
  }

  /** All bytes of a small object (a thumbnail) at once. Throws STORAGE_OBJECT_MISSING. */
  async read(sha256: string): Promise<Buffer> {
    try {
      return await readFile(this.#pathOf(sha256));
    } catch (cause) {
      throw readError(sha256, cause);
    }
  }

  /** At most `maxBytes` of the beginning and of the end of an object: what type detection wants. */
  async readEnds(sha256: string, maxBytes: number): Promise<{ head: Buffer; tail: Buffer; sizeBytes: number }> {
    const handle = await this.#openToRead(sha256);
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, maxBytes);
      const [head, tail] = await Promise.all([
        readAt(handle, 0, length),
        size <= maxBytes ? Buffer.alloc(0) : readAt(handle, size - length, length),
      ]);
      return { head, tail, sizeBytes: size };
    } finally {
      await handle.close();
    }
  }

  /**
   * Lends the bytes as a plain file to a program that can read nothing else, for the duration of `use`. The file is read-only and
   * has no telling name.
   */
  async lend<Result>(sha256: string, use: (file: string) => Promise<Result>): Promise<Result> {
    if (!(await this.stat(sha256))) throw objectMissing(sha256);
    return use(this.#pathOf(sha256));
  }

  /** Whether the bytes on the disk still are what their name says. Throws STORAGE_OBJECT_MISSING. */
  async verify(sha256: string): Promise<boolean> {
    const handle = await this.#openToRead(sha256);
    try {
      return (await hashOf(handle)).sha256 === sha256;
    } finally {
      await handle.close();
    }
  }

  /** Removes what processes left that died while writing; answers how many. Harmless beside running ones. */
  removeLeftovers(): Promise<number> {
    return this.#incoming.removeLeftovers().catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return 0;
      throw asStorageError(cause, 'while cleaning up');
    });
  }

  async #receive(handle: FileHandle, source: ByteSource): Promise<StoredBytes> {
    const hash = newRunningHash(source instanceof Uint8Array ? source.length : undefined);
    const writer = newHashedWriter(handle, 0, hash);
    try {
      if (source instanceof Uint8Array) await writer.write(source);
      else for await (const chunk of source) await writer.write(chunk);
      await writer.settle();
      return { sha256: await hash.digest(), sizeBytes: writer.position };
    } catch (cause) {
      await writer.settle().catch(() => {});
      throw isSystemError(cause) ? asStorageError(cause, 'while writing an object') : cause;
    } finally {
      hash.release();
    }
  }

  async #commit(handle: FileHandle, temporary: string, stored: StoredBytes, isSynced: boolean): Promise<void> {
    const isLarge = stored.sizeBytes > soloSyncBytes && !isSynced;
    if (isLarge) await this.#commits.guardSync(() => handle.datasync());
    await this.#commits.commit({
      handle,
      temporary,
      destination: this.#pathOf(stored.sha256),
      isSynced: isSynced || isLarge,
    });
  }

  async #openToRead(sha256: string): Promise<FileHandle> {
    try {
      return await open(this.#pathOf(sha256), 'r');
    } catch (cause) {
      throw readError(sha256, cause);
    }
  }

  #pathOf(sha256: string): string {
    return objectPath(this.#root, currentContext().organisationId, sha256);
  }
}

function hashMismatch(expected: string, { sha256, sizeBytes }: StoredBytes): HoldfastError {
  return new HoldfastError('STORAGE_HASH_MISMATCH', {
    kind: 'unprocessable',
    message: `The bytes are not what was announced: SHA-256 ${sha256.slice(0, 12)}… instead of ${expected.slice(0, 12)}….`,
    action: 'Send the file again.',
    values: { expected, received: sha256, sizeBytes },
  });
}

function readError(sha256: string, cause: unknown): HoldfastError {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return objectMissing(sha256, cause);
  return asStorageError(cause, 'while reading an object');
}

function isSystemError(thrown: unknown): boolean {
  return thrown instanceof Error && 'errno' in thrown && 'syscall' in thrown;
}

function isOnOtherFileSystem(thrown: unknown): boolean {
  return thrown instanceof HoldfastError && thrown.values.systemCode === 'EXDEV';
}

async function hashOf(handle: FileHandle): Promise<StoredBytes> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false, start: 0, highWaterMark: 1_048_576 })) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
