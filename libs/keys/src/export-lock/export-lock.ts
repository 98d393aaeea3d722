import { randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '#kernel';
import { field, idBytes } from '../format/field.ts';
import { newKey, unwrapKey, wrapKey, wrappedKeyBytes } from '../keyring/domain/key-wrap.ts';

const wrapped = z.base64().length((wrappedKeyBytes / 3) * 4);

/** What an export says of its lock: everything that is needed to open it again but the passphrase. */
export const exportLockSchema = z.strictObject({
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    // 16 bytes.
    salt: z.base64().length(24),
    // Bounds for what a file may ask of the reader's memory (1 GiB), not the cost in use: that is `cost`.
    log2n: z.int().min(14).max(20),
    r: z.literal(8),
    p: z.int().min(1).max(4),
  }),
  /** The export's key under the one that the passphrase gives, in base64. */
  exportKey: wrapped,
  /** The data key of the catalogue under the export's key, in base64. */
  catalogueKey: wrapped,
});
export type ExportLockRecord = z.output<typeof exportLockSchema>;

/** 128 MiB and most of a second: what leaves the house is tried by strangers, with all the time they have. */
const cost = { log2n: 17, r: 8 as const, p: 1 };

function derive(passphrase: Uint8Array, { salt, log2n, r, p }: ExportLockRecord['kdf']): Promise<Buffer> {
  const N = 2 ** log2n;
  return new Promise((settle, fail) => {
    scrypt(passphrase, Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? fail(error) : settle(key),
    );
  });
}

function boundTo(label: string, exportId: string, ...more: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(`holdfast/${label}/v1\0`), field(1, idBytes('export', exportId)), ...more]);
}

/**
 * The keys of one export: a passphrase opens the export's key, which wraps a data key for each file and one for the catalogue. Each is bound to its
 * export and its file: docs/formats/sealed-export.md. `close` it.
 */
export class ExportLock {
  readonly exportId: string;
  readonly #key: Buffer;
  #isClosed = false;

  private constructor(exportId: string, key: Buffer) {
    this.exportId = exportId;
    this.#key = key;
  }

  /** A new lock, and what to write down of it. */
  static async make(exportId: string, passphrase: Uint8Array): Promise<{ lock: ExportLock; record: ExportLockRecord }> {
    const kdf = { name: 'scrypt' as const, salt: randomBytes(16).toString('base64'), ...cost };
    const derived = await derive(passphrase, kdf);
    const lock = new ExportLock(exportId, newKey());
    const exportKey = wrapKey(derived, lock.#key, boundTo('export-key', exportId)).toString('base64');
    derived.fill(0);
    const { dataKey, wrapped: catalogueKey } = lock.newDataKey(exportId);
    dataKey.fill(0);
    return { lock, record: { kdf, exportKey, catalogueKey } };
  }

  /** Opens a lock. Throws KEYS_PASSPHRASE_WRONG, also where the record has been changed: the two look the same. */
  static async open(exportId: string, record: ExportLockRecord, passphrase: Uint8Array): Promise<ExportLock> {
    const derived = await derive(passphrase, record.kdf);
    try {
      return new ExportLock(
        exportId,
        unwrapKey(derived, Buffer.from(record.exportKey, 'base64'), boundTo('export-key', exportId)),
      );
    } catch {
      throw new HoldfastError('KEYS_PASSPHRASE_WRONG', {
        kind: 'invalid',
        message: 'The passphrase does not open this export.',
        action: 'Give the one that the export was made with. If it is right, export.json is damaged: take it from a copy.',
      });
    } finally {
      derived.fill(0);
    }
  }

  /** A new data key for a file, which the caller wipes, and the same wrapped, in base64. */
  newDataKey(fileId: string): { dataKey: Buffer; wrapped: string } {
    // A key of zeros would wrap as well as any other.
    if (this.#isClosed)
      throw new HoldfastError('KEYS_LOCK_CLOSED', { kind: 'bug', message: 'The lock of the export is closed.' });
    const dataKey = newKey();
    return { dataKey, wrapped: wrapKey(this.#key, dataKey, this.#bound(fileId)).toString('base64') };
  }

  /** The data key of a file, which the caller wipes. Throws KEYS_CIPHERTEXT_INVALID where it is another file's, another export's or damaged. */
  openDataKey(fileId: string, wrappedKey: string): Buffer {
    return unwrapKey(this.#key, Buffer.from(wrappedKey, 'base64'), this.#bound(fileId));
  }

  /** Overwrites the export's key. */
  close(): void {
    this.#isClosed = true;
    this.#key.fill(0);
  }

  #bound(fileId: string): Buffer {
    return boundTo('export-data-key', this.exportId, field(4, idBytes('object', fileId)));
  }
}
