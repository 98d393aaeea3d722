import { randomBytes } from 'node:crypto';
import { ciphertextInvalid, isSigningKey, keyError } from '../provider/key-error.ts';
import type { KeyDescription, ProviderCiphertext, ProviderKeyName, ProviderSignature } from '../provider/key-provider.ts';
import { type KeyTable, latestVersion, type StoredKey, withKey, withMinimumVersion, withVersion } from './domain/key-table.ts';
import { mostKeys, mostVersions } from './domain/key-table-codec.ts';
import { formatCiphertext, openBytes, parseCiphertext, sealBytes } from './domain/provider-cipher.ts';
import { signWithSeed } from './domain/signing-key.ts';

// The verbs of a provider as functions of the table: those that read answer, those that change answer another table.

function requireKey(table: KeyTable, name: ProviderKeyName): StoredKey {
  const key = table.get(name);
  if (key) return key;
  throw keyError('KEYS_KEY_MISSING', `There is no provider key ${name}.`, { name });
}

function requireEncryptionKey(table: KeyTable, name: ProviderKeyName): StoredKey {
  const key = requireKey(table, name);
  if (key.kind === 'aes256-gcm96') return key;
  throw keyError('KEYS_PROTOCOL', `The provider key ${name} signs and does not encrypt.`, { name });
}

/** The table with a key of this name; the same table when it has one. */
export function addKey(table: KeyTable, name: ProviderKeyName, nowMs: number): KeyTable {
  if (table.has(name)) return table;
  if (table.size >= mostKeys) throw keyError('KEYS_REFUSED', `The keystore holds ${mostKeys} keys and takes no more.`);
  const kind = isSigningKey(name) ? 'ed25519' : 'aes256-gcm96';
  const first = { version: 1, createdAtMs: nowMs, material: randomBytes(32) };
  return withKey(table, name, { kind, minimumVersion: 1, versions: [first] });
}

/** The table with one more version of a key. */
export function addVersion(table: KeyTable, name: ProviderKeyName, nowMs: number): KeyTable {
  const key = requireKey(table, name);
  if (key.versions.length >= mostVersions)
    throw keyError(
      'KEYS_REFUSED',
      `The provider key ${name} has ${mostVersions} versions and takes no more; destroy old ones.`,
    );
  return withKey(table, name, withVersion(key, randomBytes(32), nowMs));
}

/** The table without the versions of a key below the given one; the same table when there are none. */
export function dropVersions(table: KeyTable, name: ProviderKeyName, minimumVersion: number): KeyTable {
  const key = requireKey(table, name);
  if (minimumVersion <= key.minimumVersion) return table;
  const latest = latestVersion(key).version;
  if (minimumVersion > latest)
    throw keyError(
      'KEYS_PROTOCOL',
      `The provider key ${name} ends with version ${latest}; it cannot begin with ${minimumVersion}.`,
    );
  return withKey(table, name, withMinimumVersion(key, minimumVersion));
}

/** The versions of a key. */
export function describeKey(table: KeyTable, name: ProviderKeyName): KeyDescription {
  const key = requireKey(table, name);
  return {
    latestVersion: latestVersion(key).version,
    minimumVersion: key.minimumVersion,
    versions: key.versions.map(({ version }) => version),
    madeAtMs: key.versions.map(({ createdAtMs }) => createdAtMs),
  };
}

/** Encrypts by the latest version. */
export function encryptBy(
  table: KeyTable,
  name: ProviderKeyName,
  plaintext: Buffer,
  associatedData: Buffer,
): ProviderCiphertext {
  const { version, material } = latestVersion(requireEncryptionKey(table, name));
  return { version, ciphertext: formatCiphertext({ version, body: sealBytes(material, plaintext, associatedData) }) };
}

/** Decrypts by the version that the ciphertext names. */
export function decryptBy(table: KeyTable, name: ProviderKeyName, ciphertext: string, associatedData: Buffer): Buffer {
  const key = requireEncryptionKey(table, name);
  const { version, body } = parseCiphertext(ciphertext);
  if (version < key.minimumVersion)
    throw keyError('KEYS_VERSION_DESTROYED', `Version ${version} of the provider key ${name} has been destroyed.`, {
      name,
      version,
    });
  const material = key.versions[version - key.minimumVersion]?.material;
  const plaintext = material && openBytes(material, body, associatedData);
  if (plaintext) return plaintext;
  throw ciphertextInvalid();
}

/** Wraps again by the latest version. */
export function rewrapBy(
  table: KeyTable,
  name: ProviderKeyName,
  ciphertext: string,
  associatedData: Buffer,
): ProviderCiphertext {
  const plaintext = decryptBy(table, name, ciphertext, associatedData);
  try {
    return encryptBy(table, name, plaintext, associatedData);
  } finally {
    plaintext.fill(0);
  }
}

/** Signs by the latest version. */
export function signBy(table: KeyTable, name: ProviderKeyName, message: Buffer): ProviderSignature {
  const key = requireKey(table, name);
  if (key.kind !== 'ed25519') throw keyError('KEYS_PROTOCOL', `The provider key ${name} encrypts and does not sign.`, { name });
  return signWithSeed(latestVersion(key).material, message);
}
