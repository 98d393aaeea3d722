import { keyError, requireKeyName } from '../../provider/key-error.ts';
import type { KeyKind, KeyTable, KeyVersion, StoredKey } from './key-table.ts';

// The plaintext of a store file. Binary, so that key material never becomes a string, which nobody could wipe:
// count u16, then per key: length of name u8, name, kind u8, minimum version u32, count of versions u16, then per version:
// version u32, milliseconds since 1970 as u64, 32 bytes. All numbers big-endian. docs/formats/keystore-file.md has the same as a table.

const materialBytes = 32;
const versionBytes = 4 + 8 + materialBytes;
const kinds: readonly KeyKind[] = ['aes256-gcm96', 'ed25519'];
/** More keys or versions than these numbers can say are refused before they are made. */
export const mostKeys = 4096;
export const mostVersions = 65_535;

/** The bytes of a table; the caller wipes them. */
export function encodeTable(table: KeyTable): Buffer {
  const sizes = [...table].map(([name, key]) => 1 + name.length + 1 + 4 + 2 + key.versions.length * versionBytes);
  const bytes = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 2));
  let at = bytes.writeUInt16BE(table.size, 0);
  for (const [name, key] of table) {
    at = bytes.writeUInt8(name.length, at);
    at += bytes.write(name, at, 'latin1');
    at = bytes.writeUInt8(kinds.indexOf(key.kind) + 1, at);
    at = bytes.writeUInt32BE(key.minimumVersion, at);
    at = bytes.writeUInt16BE(key.versions.length, at);
    for (const { version, createdAtMs, material } of key.versions) {
      at = bytes.writeUInt32BE(version, at);
      at = bytes.writeBigUInt64BE(BigInt(createdAtMs), at);
      at += material.copy(bytes, at);
    }
  }
  return bytes;
}

function decodeVersions(bytes: Buffer, start: number, count: number): KeyVersion[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * versionBytes;
    const material = Buffer.alloc(materialBytes);
    bytes.copy(material, 0, at + 12, at + versionBytes);
    return { version: bytes.readUInt32BE(at), createdAtMs: Number(bytes.readBigUInt64BE(at + 4)), material };
  });
}

function requireSound(key: StoredKey): StoredKey {
  const isAscending = key.versions.every(({ version }, index) => version === key.minimumVersion + index);
  if (key.versions.length > 0 && isAscending) return key;
  throw new RangeError('versions with gaps');
}

function decodeAll(bytes: Buffer): KeyTable {
  const table = new Map();
  let at = 2;
  for (let left = bytes.readUInt16BE(0); left > 0; left--) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const name = requireKeyName(bytes.toString('latin1', at + 1, nameEnd));
    const kind = kinds[bytes.readUInt8(nameEnd) - 1];
    if (!kind) throw new RangeError('an unknown kind of key');
    const minimumVersion = bytes.readUInt32BE(nameEnd + 1);
    const count = bytes.readUInt16BE(nameEnd + 5);
    const start = nameEnd + 7;
    at = start + count * versionBytes;
    if (at > bytes.length) throw new RangeError('too short');
    table.set(name, requireSound({ kind, minimumVersion, versions: decodeVersions(bytes, start, count) }));
  }
  if (at !== bytes.length) throw new RangeError('too long');
  return table;
}

/** The table behind its bytes. Throws KEYS_STORE_UNREADABLE for anything that `encodeTable` does not make. */
export function decodeTable(bytes: Buffer): KeyTable {
  try {
    return decodeAll(bytes);
  } catch (error) {
    throw keyError('KEYS_STORE_UNREADABLE', `The keystore opens, but its table does not: ${(error as Error).message}.`);
  }
}
