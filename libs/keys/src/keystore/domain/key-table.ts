import type { ProviderKeyName } from '../../provider/key-provider.ts';

/** What a provider key is for: encrypting (AES-256-GCM) or signing (Ed25519); `material` holds 32 bytes of key or seed. */
export type KeyKind = 'aes256-gcm96' | 'ed25519';

export interface KeyVersion {
  version: number;
  createdAtMs: number;
  material: Buffer;
}

/** A provider key. Its versions are in ascending order without gaps; those below `minimumVersion` are gone. */
export interface StoredKey {
  kind: KeyKind;
  minimumVersion: number;
  versions: readonly KeyVersion[];
}

/** All keys of a keystore. Changed by making another: a change that could not be written has not happened. */
export type KeyTable = ReadonlyMap<ProviderKeyName, StoredKey>;

/** The version that encrypts and signs. */
export function latestVersion(key: StoredKey): KeyVersion {
  const latest = key.versions.at(-1);
  if (!latest) throw new Error('A key without versions cannot be made.');
  return latest;
}

/** The table with a key put in or replaced. */
export function withKey(table: KeyTable, name: ProviderKeyName, key: StoredKey): KeyTable {
  return new Map(table).set(name, key);
}

/** The key with one more version. */
export function withVersion(key: StoredKey, material: Buffer, createdAtMs: number): StoredKey {
  return { ...key, versions: [...key.versions, { version: latestVersion(key).version + 1, createdAtMs, material }] };
}

/** The key without what is older than a version it has. */
export function withMinimumVersion(key: StoredKey, minimumVersion: number): StoredKey {
  return { ...key, minimumVersion, versions: key.versions.filter(({ version }) => version >= minimumVersion) };
}

/** Overwrites all key material of a table. */
export function wipeTable(table: KeyTable): void {
  for (const key of table.values()) for (const { material } of key.versions) material.fill(0);
}
