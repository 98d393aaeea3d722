import type { Readable } from 'node:stream';
import { HoldfastError } from '#kernel';
import type { DataKeys } from './data-keys.ts';
import type { LentCopies } from './lent-copies.adapter.ts';
import { type FinishedFile, type NamedFile, ObjectIntake, type PutOptions, type StoredBytes } from './object-intake.ts';
import { ObjectLocator } from './object-locator.ts';
import { requireSha256 } from './object-path.ts';
import { hashOf, type ObjectReader, openReader, streamOf } from './object-reader.adapter.ts';
import type { ObjectRows } from './object-rows.repository.ts';
import { asStorageError, isSystemError, objectMissing } from './storage-errors.ts';
import type { TierRoots } from './tier-roots.ts';

/** First and last byte, both included, as in HTTP. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What the store is made of. */
export interface ObjectStoreParts {
  tiers: TierRoots;
  rows: ObjectRows;
  keys: DataKeys;
  lent: LentCopies;
  /** Told of what is served. */
  reads?: { note(organisationId: string, objectId: string): void };
}

/**
 * The objects of an organisation: immutable bytes named by their SHA-256, sealed on the disk. Each method works for the organisation of the
 * current context, and another organisation's object of the same bytes does not exist for it. What `put` and `adopt` have answered is
 * durable and has its row; it stays as long as something names it. Callers know a hash and a range, never a path or a key.
 */
export class ObjectStore {
  readonly #intake: ObjectIntake;
  readonly #rows: ObjectRows;
  readonly #lent: LentCopies;
  readonly #locator: ObjectLocator;
  readonly #reads: ObjectStoreParts['reads'];

  constructor({ tiers, rows, keys, lent, reads }: ObjectStoreParts) {
    this.#reads = reads;
    this.#rows = rows;
    this.#lent = lent;
    this.#locator = new ObjectLocator(rows, keys, tiers);
    this.#intake = new ObjectIntake({ tier: tiers.first, rows, keys, locator: this.#locator });
  }

  /** Stores bytes. Throws STORAGE_FULL, STORAGE_IO, STORAGE_HASH_MISMATCH, and KEYS_* where nothing can be locked now. */
  put(source: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<StoredBytes> {
    return this.#intake.put(source, options);
  }

  /** Makes a sealed file of the first tier's file system an original without copying it. Nobody may write to it any more. */
  adopt(file: FinishedFile): Promise<StoredBytes> {
    return this.#intake.adopt(file);
  }

  /** Registers a file that `adopt` gave its name before the process died; undefined where there is none. Throws STORAGE_OBJECT_DAMAGED. */
  adoptNamed(file: NamedFile): Promise<StoredBytes | undefined> {
    return this.#intake.adoptNamed(file);
  }

  /** Size of an object, or undefined where it does not exist. */
  async stat(sha256: string): Promise<{ sizeBytes: number } | undefined> {
    requireSha256(sha256);
    const file = await this.#rows.find(sha256);
    return file && { sizeBytes: file.sizeBytes };
  }

  /**
   * Notes that somebody wants an object: what is used stays on a fast tier. Work of our own on it is no use, or looking at all of a cold tier would
   * bring it back.
   */
  async noteUse(sha256: string): Promise<void> {
    const { organisationId, id } = await this.#locator.fileOf(sha256);
    this.#reads?.note(organisationId, id);
  }

  /** The bytes of an object, or of a range of it. Throws STORAGE_OBJECT_MISSING. */
  async open(sha256: string, range?: ByteRange): Promise<Readable> {
    const reader = await this.#reader(sha256);
    return streamOf(reader, range?.start ?? 0, Math.min(range?.end ?? reader.sizeBytes - 1, reader.sizeBytes - 1));
  }

  /** All bytes of a small object (a thumbnail) at once. Throws STORAGE_OBJECT_MISSING. */
  async read(sha256: string): Promise<Buffer> {
    return this.#reading(sha256, (reader) => readWithin(reader, 0, reader.sizeBytes));
  }

  /** At most `maxBytes` of the beginning and of the end of an object: what type detection wants. */
  async readEnds(sha256: string, maxBytes: number): Promise<{ head: Buffer; tail: Buffer; sizeBytes: number }> {
    return this.#reading(sha256, async (reader) => {
      const { sizeBytes } = reader;
      const head = await readWithin(reader, 0, maxBytes);
      const tail = sizeBytes <= maxBytes ? Buffer.alloc(0) : await readWithin(reader, sizeBytes - maxBytes, maxBytes);
      return { head, tail, sizeBytes };
    });
  }

  /**
   * Lends the bytes as a plain file to a program that can read nothing else, for the duration of `use`. The file is read-only and
   * has no telling name.
   */
  async lend<Result>(sha256: string, use: (file: string) => Promise<Result>): Promise<Result> {
    const reader = await this.#reader(sha256);
    return this.#lent.lend(streamOf(reader, 0, reader.sizeBytes - 1), reader.sizeBytes, use);
  }

  /** Whether the bytes on the disk still are what their name says. Throws STORAGE_OBJECT_MISSING. */
  async verify(sha256: string): Promise<boolean> {
    this.#locator.forget(sha256);
    try {
      return (await this.#reading(sha256, hashOf)) === sha256;
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'STORAGE_OBJECT_DAMAGED') return false;
      throw error;
    }
  }

  /** Removes what processes left that died while writing or lending; answers how much that was. Harmless beside running ones. */
  async removeLeftovers(): Promise<number> {
    return (await this.#lent.removeLeftovers()) + (await this.#intake.removeLeftovers());
  }

  async #reading<Result>(sha256: string, use: (reader: ObjectReader) => Promise<Result>): Promise<Result> {
    const reader = await this.#reader(sha256);
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  }

  /** A file that is not where it was may have moved since, and its key been wrapped by another: its row is asked again, once. */
  async #reader(sha256: string): Promise<ObjectReader> {
    try {
      return await openReader(await this.#locator.locate(sha256));
    } catch (cause) {
      if (!isOutdated(cause)) throw asReadError(sha256, cause);
    }
    this.#locator.forget(sha256);
    return openReader(await this.#locator.locate(sha256)).catch((cause) => {
      throw asReadError(sha256, cause);
    });
  }
}

function isOutdated(thrown: unknown): boolean {
  const { code } = thrown as { code?: string };
  return code === 'ENOENT' || code === 'KEYS_VERSION_RETIRED' || code === 'KEYS_DESTROYED';
}

function asReadError(sha256: string, thrown: unknown): unknown {
  if (!isSystemError(thrown)) return thrown;
  return thrown.code === 'ENOENT' ? objectMissing(sha256, thrown) : asStorageError(thrown, 'while reading an object');
}

function readWithin(reader: ObjectReader, start: number, length: number): Promise<Buffer> {
  const end = Math.min(start + length, reader.sizeBytes) - 1;
  return end < start ? Promise.resolve(Buffer.alloc(0)) : reader.read(start, end);
}
