import { chown, type FileHandle, stat } from 'node:fs/promises';

/**
 * Keeps what root writes readable for the appliance: a command that root runs (to read what only root may) makes files for the
 * account that the data folder belongs to. For any other account there is nothing to do.
 */
export class FolderOwner {
  readonly #folder: string;
  #owner: Promise<{ uid: number; gid: number } | undefined> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Hands a new file or folder over to the owner. */
  async give(created: FileHandle | string): Promise<void> {
    this.#owner ??= this.#find();
    const owner = await this.#owner;
    if (!owner) return;
    if (typeof created === 'string') await chown(created, owner.uid, owner.gid);
    else await created.chown(owner.uid, owner.gid);
  }

  async #find(): Promise<{ uid: number; gid: number } | undefined> {
    if (process.getuid?.() !== 0) return undefined;
    const { uid, gid } = await stat(this.#folder);
    return uid === 0 ? undefined : { uid, gid };
  }
}
