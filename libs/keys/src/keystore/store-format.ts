import { z } from 'zod';
import { keyError } from '../provider/key-error.ts';
import { openBytes, sealBytes } from './domain/provider-cipher.ts';
import { type RecoveryRecord, recoveryRecordSchema, type SealRecord, sealRecordSchema } from './seals/master-seal.ts';

const formatName = 'holdfast-keystore';
const formatVersion = 1;

/** The store file: JSON whose body is the table of keys under the master key. docs/formats/keystore-file.md */
const storeFileSchema = z.strictObject({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  storeId: z.uuid(),
  seal: sealRecordSchema,
  recovery: recoveryRecordSchema.nullable(),
  body: z.base64(),
});

/** A store file without its format's name and version. */
export interface StoreFile {
  storeId: string;
  seal: SealRecord;
  recovery: RecoveryRecord | null;
  /** Nonce, ciphertext and tag in base64. */
  body: string;
}

function unreadable(source: string, what: string): Error {
  return keyError('KEYS_STORE_UNREADABLE', `${source} cannot be read: ${what}.`);
}

function describeFormat(value: unknown): string | undefined {
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== formatName) return 'it is no keystore';
  if (version !== formatVersion)
    return `its format is version ${String(version).slice(0, 20)}; this release knows version ${formatVersion}`;
  return undefined;
}

/** The store file behind its bytes. Throws KEYS_STORE_UNREADABLE for any format or version but ours. */
export function parseStoreFile(content: Buffer, source: string): StoreFile {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    throw unreadable(source, 'it is no keystore');
  }
  const doubt = describeFormat(value);
  if (doubt) throw unreadable(source, doubt);
  const result = storeFileSchema.safeParse(value);
  if (result.success) return result.data;
  throw unreadable(source, result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

/** The bytes of a store file. */
export function formatStoreFile({ storeId, seal, recovery, body }: StoreFile): Buffer {
  const file = { format: formatName, version: formatVersion, storeId, seal, recovery, body };
  return Buffer.from(`${JSON.stringify(file, undefined, 2)}\n`);
}

function bodyBinding(storeId: string): Buffer {
  return Buffer.from(`${formatName} ${formatVersion} body ${storeId}`);
}

/** The encoded table under the master key. */
export function sealBody(master: Buffer, table: Buffer, storeId: string): string {
  return sealBytes(master, table, bodyBinding(storeId)).toString('base64');
}

/** The encoded table; undefined when the master key is another or the body has changed. */
export function openBody(master: Buffer, { body, storeId }: StoreFile): Buffer | undefined {
  return openBytes(master, Buffer.from(body, 'base64'), bodyBinding(storeId));
}
