import { field, idBytes, versionBytes } from '../../format/field.ts';

/** One version of one key of one organisation. */
export interface KeyVersionName {
  organisationId: string;
  keyId: string;
  version: number;
}

/** Wraps the keys of organisations. */
export const organisationProviderKey = 'hf-organisation';
/** The outer layer around the keys of people and collections; its old versions are destroyed once no backup needs them. */
export const subjectProviderKey = 'hf-subject';
/** Signs tombstones and certificates of erasure. */
export const erasureSigningKey = 'hf-sign-erasure';

function contextOf(label: string, { organisationId, keyId, version }: KeyVersionName, ...more: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from(`holdfast/${label}/v1\0`),
    field(1, idBytes('organisation', organisationId)),
    field(2, idBytes('key', keyId)),
    field(3, versionBytes('a key', version)),
    ...more,
  ]);
}

/** What a data key is bound to: the key that wraps it, and its object. */
export function dataKeyContext(name: KeyVersionName, objectId: string): Buffer {
  return contextOf('data-key', name, field(4, idBytes('object', objectId)));
}

/** What the inner layer of a person's or collection's key is bound to: itself, and the version of the organisation's key that wraps it. */
export function subjectKeyContext(name: KeyVersionName, parentVersion: number): Buffer {
  return contextOf('subject-key', name, field(5, versionBytes('a key', parentVersion)));
}

/** What the provider's layer around a key is bound to: the key. */
export function providerContext(name: KeyVersionName): Buffer {
  return contextOf('provider-layer', name);
}
