import { join } from 'node:path';
import { readOwnFile, replaceFile } from './durable-file.adapter.ts';
import { formatStoreFile, parseStoreFile, type StoreFile } from './store-format.ts';

/** The store file of a folder. */
export class StoreFileKeeper {
  readonly path: string;

  constructor(folder: string) {
    this.path = join(folder, 'keystore.json');
  }

  /** What the file says; undefined when there is none. Throws KEYS_STORE_UNREADABLE. */
  read(): StoreFile | undefined {
    const found = readOwnFile(this.path);
    return found && parseStoreFile(found.content, this.path);
  }

  /** Puts another content in its place, durably. */
  write(file: StoreFile): void {
    replaceFile(this.path, formatStoreFile(file));
  }
}
