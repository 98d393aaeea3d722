import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { currentContext, HoldfastError, newId } from '#kernel';
import type { KeyOwner, WrappedKey } from '#keys';
import { CommitGroup } from './commit-group.adapter.ts';
import type { DataKeys } from './data-keys.ts';
import { DurableFolders } from './durable-folders.adapter.ts';
import { failpoint } from './failpoint.ts';
import { FolderOwner } from './folder-owner.adapter.ts';
import { IncomingFolder } from './incoming-folder.adapter.ts';
import type { ObjectLocator } from './object-locator.ts';
import { fileHashOf, hashOf, openReader } from './object-reader.adapter.ts';
import type { NewObjectFile, ObjectClass, ObjectFile, ObjectRows } from './object-rows.repository.ts';
import { RegistrationGroup } from './registration-group.ts';
import { sealContextOf } from './seal-context.ts';
import type { SealedDigests } from './sealed-stream.ts';
import { SealedWriter } from './sealed-writer.ts';
import { asStorageError, isSystemError, objectDamaged } from './storage-errors.ts';

/** Bytes that are an object. */
export interface StoredBytes {
  /** Lower-case hexadecimal. */
  sha256: string;
  sizeBytes: number;
}

/** What is to be stored, beside the bytes. */
export interface PutOptions {
  /** Other bytes are refused with STORAGE_HASH_MISMATCH. */
  expectedSha256?: string | undefined;
  /** An original unless said. */
  class?: ObjectClass;
  /** An object under whose key's owner this one is locked, too: what is made of an original goes when that does. */
  beside?: string;
  /** Whose key locks it, where that is neither of whoever acts nor of an original. */
  owner?: KeyOwner;
}

/** A complete sealed file that lies outside of the objects' folders. */
export interface FinishedFile extends SealedDigests {
  path: string;
  id: string;
  key: WrappedKey;
}

type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Larger files are fdatasynced before they join the group, so that small ones never wait for them. */
const soloSyncBytes = 1_048_576;

/** A file that may have its name already, and what is known of it. */
export interface NamedFile extends StoredBytes {
  id: string;
  key: WrappedKey;
}

/** What new objects are made with. */
export interface IntakeParts {
  /** The tier that takes in what is new: its folder must exist and be durable itself. */
  tier: { name: string; root: string };
  rows: ObjectRows;
  keys: DataKeys;
  locator: ObjectLocator;
}

/** The way in: bytes become sealed, durable files with a row. */
export class ObjectIntake {
  readonly #parts: IntakeParts;
  readonly #owner: FolderOwner;
  readonly #incoming: IncomingFolder;
  readonly #commits: CommitGroup;
  readonly #registrations: RegistrationGroup;

  constructor(parts: IntakeParts) {
    const { root } = parts.tier;
    this.#parts = parts;
    this.#owner = new FolderOwner(root);
    this.#incoming = new IncomingFolder(join(root, '.incoming'), this.#owner);
    this.#commits = new CommitGroup(new DurableFolders(root, this.#owner));
    this.#registrations = new RegistrationGroup((files) => parts.rows.register(files));
  }

  /** Stores bytes. Throws STORAGE_FULL, STORAGE_IO, STORAGE_HASH_MISMATCH, and KEYS_* where nothing can be locked now. */
  async put(source: ByteSource, options: PutOptions = {}): Promise<StoredBytes> {
    this.#commits.requireSound();
    const id = newId();
    const { dataKey, wrapped } = await this.#parts.keys.newDataKey(await this.#ownerOf(options), id);
    const temporary = await this.#incoming.newPath().catch((cause) => {
      throw asStorageError(cause, 'while making room for an object');
    });
    const handle = await open(temporary, 'wx', 0o440).catch((cause) => {
      throw asStorageError(cause, 'while opening a new object');
    });
    try {
      await this.#owner.give(handle);
      const { organisationId } = currentContext();
      const writer = new SealedWriter(handle, { dataKey, context: sealContextOf({ organisationId, id }) });
      const written = await receive(writer, source);
      failpoint('object.after-write');
      const { expectedSha256 } = options;
      if (expectedSha256 !== undefined && expectedSha256 !== written.sha256) throw hashMismatch(expectedSha256, written);
      const file = { ...written, path: temporary, id, key: wrapped };
      return await this.#commit(handle, file, options.class ?? 'original');
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw isSystemError(error) ? asStorageError(error, 'while storing an object') : error;
    } finally {
      dataKey.fill(0);
      await handle.close().catch(() => {});
    }
  }

  /** Makes a sealed file of the first tier's file system an original without copying it. Nobody may write to it any more. */
  async adopt(file: FinishedFile): Promise<StoredBytes> {
    this.#commits.requireSound();
    const handle = await open(file.path, 'r').catch((cause) => {
      throw asStorageError(cause, 'while opening a finished file');
    });
    try {
      await handle.chmod(0o440);
      await this.#owner.give(handle);
      return await this.#commit(handle, file, 'original');
    } catch (error) {
      throw isSystemError(error) ? asStorageError(error, 'while storing a finished file') : error;
    } finally {
      await handle.close().catch(() => {});
    }
  }

  /**
   * Registers a file that `adopt` gave its name before the process died. Answers undefined where there is none. Throws STORAGE_OBJECT_DAMAGED where it
   * is not what was expected.
   */
  async adoptNamed({ id, key, sha256, sizeBytes }: NamedFile): Promise<StoredBytes | undefined> {
    const { organisationId } = currentContext();
    const named = { organisationId, sha256, sizeBytes, id, key, tier: this.#parts.tier.name, class: 'original' as const };
    const path = this.#parts.locator.pathOf({ ...named, format: 'sealed' });
    const found = await fileHashOf(path);
    if (!found) return undefined;
    const dataKey = await this.#parts.keys.openDataKey(key, id);
    const file = { ...named, ...found, format: 'sealed' as const, generation: 1, damage: null };
    const reader = await openReader({ file, path, dataKey });
    const received = await hashOf(reader).finally(() => reader.close());
    if (received !== sha256) throw objectDamaged(sha256);
    const row = await this.#registrations.register({ ...named, ...found });
    if (row.id !== id) await this.#settleDuplicate(row, { ...named, ...found }, path);
    return { sha256, sizeBytes };
  }

  /** Removes half-written files of dead processes; answers of how many processes. */
  removeLeftovers(): Promise<number> {
    return this.#incoming.removeLeftovers().catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return 0;
      throw asStorageError(cause, 'while cleaning up');
    });
  }

  /** Makes a written file durable, gives it its name and its row. */
  async #commit(handle: FileHandle, file: FinishedFile, objectClass: ObjectClass): Promise<StoredBytes> {
    const { path, sha256, sizeBytes, id, key, fileBytes, fileSha256 } = file;
    const { organisationId } = currentContext();
    const fresh: NewObjectFile = {
      ...{ organisationId, sha256, sizeBytes, id, key, fileBytes, fileSha256 },
      class: objectClass,
      tier: this.#parts.tier.name,
    };
    const destination = this.#parts.locator.pathOf({ ...fresh, format: 'sealed' });
    const isLarge = fileBytes > soloSyncBytes;
    if (isLarge) await this.#commits.guardSync(() => handle.datasync());
    await this.#commits.commit({ handle, temporary: path, destination, isSynced: isLarge });
    // Where this fails nobody knows whether the row was written: the file stays, and is found as one without a row.
    const row = await this.#registrations.register(fresh);
    if (row.id === id) this.#parts.locator.learn(row);
    else await this.#settleDuplicate(row, fresh, destination);
    return { sha256, sizeBytes };
  }

  /** The same bytes were an object already: its file stays, unless it is gone, damaged, or from before files were sealed. */
  async #settleDuplicate(row: ObjectFile, fresh: NewObjectFile, destination: string): Promise<void> {
    const isHealed = !(await this.#isThere(row)) && (await this.#parts.rows.replace(row, fresh));
    this.#parts.locator.forget(row.sha256);
    if (!isHealed) await rm(destination, { force: true }).catch(() => {});
  }

  async #isThere(row: ObjectFile): Promise<boolean> {
    if (row.damage !== null || row.format === 'plain') return false;
    try {
      return (await stat(this.#parts.locator.pathOf(row))).size === row.fileBytes;
    } catch (cause) {
      return (cause as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }

  async #ownerOf({ beside, owner }: PutOptions): Promise<KeyOwner> {
    if (owner) return owner;
    const original = beside === undefined ? undefined : await this.#parts.locator.fileOf(beside);
    if (original?.key) return { keyId: original.key.keyId };
    const { actor } = currentContext();
    return actor.kind === 'account' ? { kind: 'person', id: actor.id } : { kind: 'organisation' };
  }
}

async function receive(writer: SealedWriter, source: ByteSource): Promise<SealedDigests> {
  try {
    if (source instanceof Uint8Array) return await writer.writeAll(source);
    for await (const chunk of source) await writer.write(chunk);
    return await writer.finish();
  } catch (cause) {
    await writer.abandon();
    throw isSystemError(cause) ? asStorageError(cause, 'while writing an object') : cause;
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
