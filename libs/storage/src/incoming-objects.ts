import { currentContext } from '#kernel';
import type { WrappedKey } from '#keys';
import type { DataKeys } from './data-keys.ts';
import { IncomingObject } from './incoming-object.ts';
import { removeIncoming } from './incoming-tail.adapter.ts';
import { sealContextOf } from './seal-context.ts';
import { asStorageError } from './storage-errors.ts';

/** A file that is to arrive in parts, as its sender announced it. */
export interface Announced {
  /** Also the id of the object to be. */
  id: string;
  path: string;
  sizeBytes: number;
  key: WrappedKey;
}

/** Files that arrive in parts. Each is locked with a key of its own from its first byte on. */
export class IncomingObjects {
  readonly #keys: DataKeys;

  constructor(keys: DataKeys) {
    this.#keys = keys;
  }

  /** A key for a new file of the current actor, to be kept until the file is an object. Throws KEYS_* where nothing can be locked now. */
  async newKey(id: string): Promise<WrappedKey> {
    const { actor } = currentContext();
    const owner = actor.kind === 'account' ? { kind: 'person' as const, id: actor.id } : { kind: 'organisation' as const };
    const { dataKey, wrapped } = await this.#keys.newDataKey(owner, id);
    dataKey.fill(0);
    return wrapped;
  }

  /** Opens a file at its confirmed offset: `live` where that goes on from there, else from the disk. Throws STORAGE_IO and KEYS_*. */
  async openAt({ id, path, sizeBytes, key }: Announced, offset: number, live?: IncomingObject): Promise<IncomingObject> {
    if (live?.continuesAt(offset)) return live;
    await live?.close();
    const dataKey = await this.#keys.openDataKey(key, id);
    const { organisationId } = currentContext();
    return IncomingObject.openAt(
      { path, sizeBytes, sealing: { dataKey, context: sealContextOf({ organisationId, id }) } },
      offset,
    );
  }

  /** Removes a file with all that belongs to it. */
  async remove(path: string): Promise<void> {
    await removeIncoming(path).catch((cause) => {
      throw asStorageError(cause, 'while removing an unfinished file');
    });
  }
}
