import { isId } from '#kernel';
import { formatError } from './format-error.ts';

/** One field of an authenticated context: type (1 byte), length (2 bytes, big-endian), value. */
export function field(type: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
}

/** The 16 bytes of a UUID; `name` says whose. Throws KEYS_SEALER_MISUSED for anything else. */
export function idBytes(name: string, id: string): Buffer {
  if (!isId(id)) throw formatError('KEYS_SEALER_MISUSED', `The ${name} ${id} is no UUID.`);
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** A version in 8 bytes, big-endian. Throws KEYS_SEALER_MISUSED for anything but a whole number from 0. */
export function versionBytes(name: string, version: number): Buffer {
  if (!Number.isSafeInteger(version) || version < 0)
    throw formatError('KEYS_SEALER_MISUSED', `${version} is no version of ${name}.`);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(version));
  return bytes;
}
