import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { keyError } from '../../provider/key-error.ts';
import { readOwnFile, removeFile, replaceFile } from '../durable-file.adapter.ts';
import type { MadeSeal, MasterSeal, SealRecordOf } from './master-seal.ts';
import { unsealFailed, unwrapMaster, wrapMaster } from './master-wrap.ts';

type Record = SealRecordOf<'file'>;

/** The master key under a key file beside the store: opens by itself, and for whoever copies the folder. */
export class FileSeal implements MasterSeal<'file'> {
  readonly kind = 'file';
  readonly opensItself = true;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async make(master: Buffer, storeId: string): Promise<MadeSeal> {
    const key = randomBytes(32);
    // A name of its own for every key: the one in use stays until the store file no longer names it.
    const keyFile = `host-${randomBytes(8).toString('hex')}.key`;
    replaceFile(join(this.folder, keyFile), key);
    const wrapped = wrapMaster(key, master, storeId, this.kind);
    key.fill(0);
    return { record: { kind: this.kind, keyFile, wrapped }, shares: [] };
  }

  async open(record: Record, storeId: string): Promise<Buffer> {
    const file = join(this.folder, record.keyFile);
    const found = readOwnFile(file);
    if (!found) throw keyError('KEYS_UNSEAL_FAILED', `The host key file ${file} is missing.`);
    const { content: key, mode } = found;
    try {
      if ((mode & 0o077) !== 0)
        throw keyError(
          'KEYS_UNSEAL_FAILED',
          `Others may read the host key file ${file}: its mode is ${mode.toString(8)}, not 600.`,
        );
      if (key.length !== 32) throw unsealFailed();
      return unwrapMaster(key, record.wrapped, storeId, this.kind);
    } finally {
      key.fill(0);
    }
  }

  warning(): string {
    return "The master key lies on this machine's disk in the clear: whoever copies the disk can read everything. Choose another seal.";
  }

  discard(record: Record): void {
    removeFile(join(this.folder, record.keyFile));
  }
}
