import type { SystemDatabase, TenantDatabase } from '#database';
import { currentContext, isId } from '#kernel';
import type { KeyProvider } from '../provider/key-provider.ts';
import { dataKeyContext, type KeyVersionName } from './domain/key-names.ts';
import { newKey, unwrapKey, wrapKey } from './domain/key-wrap.ts';
import type { KeyCache } from './key-cache.ts';
import { KeyHierarchy } from './key-hierarchy.ts';
import type { KeyReadiness } from './key-readiness.ts';
import { keyringError } from './keyring-error.ts';
import { RevocationWatch } from './revocation-watch.ts';
import { tombstones } from './tombstone.repository.ts';

/** A data key as it is stored beside its object: wrapped by a version of a key (nonce 12, ciphertext 32, tag 16 bytes). */
export interface WrappedKey {
  keyId: string;
  keyVersion: number;
  wrapped: Buffer;
}

/** Whose key wraps a data key: the organisation's, a person's (account id), a collection's, or a known one. */
export type KeyOwner =
  | { kind: 'organisation' }
  | { kind: 'person'; id: string }
  | { kind: 'collection'; id: string }
  | { keyId: string };

/** What a keyring is made of. */
export interface KeyringParts {
  provider: KeyProvider;
  tenant: TenantDatabase;
  system: SystemDatabase;
  cache: KeyCache;
  readiness: KeyReadiness;
}

/**
 * Makes data keys for objects and opens them again, for the organisation of the current context. Keys that wrap them are cached for a while; that one was destroyed is known in
 * every process within `revocationMs`.
 */
export class Keyring {
  readonly hierarchy: KeyHierarchy;
  readonly #cache: KeyCache;
  readonly #readiness: KeyReadiness;

  constructor({ provider, tenant, system, cache, readiness }: KeyringParts) {
    const revocations = new RevocationWatch(
      (seconds) => system.run((sql) => tombstones.destroyedSince(sql, seconds)),
      (organisationId) => cache.forgetOrganisation(organisationId),
    );
    this.hierarchy = new KeyHierarchy(provider, tenant, cache, revocations);
    this.#cache = cache;
    this.#readiness = readiness;
  }

  /** Throws KEYS_SEALED or KEYS_UNAVAILABLE unless new data keys can be made. */
  async requireReady(): Promise<void> {
    await this.#readiness.requireReady();
  }

  /** A new data key for an object, with the owner's key made where there is none. The caller overwrites `dataKey` after use. Throws KEYS_DESTROYED. */
  async newDataKey(owner: KeyOwner, objectId: string): Promise<{ dataKey: Buffer; wrapped: WrappedKey }> {
    await this.requireReady();
    const dataKey = newKey();
    return { dataKey, wrapped: await this.#wrap(owner, objectId, dataKey) };
  }

  /** The data key of an object; the caller overwrites it after use. Throws KEYS_DESTROYED, KEYS_CIPHERTEXT_INVALID, KEYS_SEALED, KEYS_UNAVAILABLE. */
  async openDataKey(wrapped: WrappedKey, objectId: string): Promise<Buffer> {
    await this.#readiness.requireReadable();
    const name = nameOf(wrapped);
    return this.hierarchy.use(name, (key) => unwrapKey(key, wrapped.wrapped, dataKeyContext(name, objectId)));
  }

  /** The same data key wrapped by another owner's key, or by the current version of the same one. */
  async rewrapDataKey(wrapped: WrappedKey, objectId: string, to: KeyOwner): Promise<WrappedKey> {
    await this.requireReady();
    const dataKey = await this.openDataKey(wrapped, objectId);
    try {
      return await this.#wrap(to, objectId, dataKey);
    } finally {
      dataKey.fill(0);
    }
  }

  /** The key of a person or collection of the current organisation, or undefined where none was ever made. */
  async findKey(owner: {
    kind: 'person' | 'collection';
    id: string;
  }): Promise<{ keyId: string; isDestroyed: boolean } | undefined> {
    const found = await this.hierarchy.find(owner.kind, owner.id);
    return found && { keyId: found.id, isDestroyed: found.destroyedAt !== null };
  }

  /** Drops a key from the caches of this process. */
  forget(keyId: string): void {
    this.#cache.forget(keyId);
  }

  /** Drops the keys of an organisation from the caches of this process. */
  forgetOrganisation(organisationId: string): void {
    this.#cache.forgetOrganisation(organisationId);
  }

  /** Drops all keys, when the process ends or the provider is sealed. */
  forgetAll(): void {
    this.#cache.clear();
  }

  async #wrap(owner: KeyOwner, objectId: string, dataKey: Buffer): Promise<WrappedKey> {
    const name = await this.#currentOf(owner);
    const wrapped = await this.hierarchy.use(name, (key) => wrapKey(key, dataKey, dataKeyContext(name, objectId)));
    return { keyId: name.keyId, keyVersion: name.version, wrapped };
  }

  #currentOf(owner: KeyOwner): Promise<KeyVersionName> {
    if ('keyId' in owner) return this.hierarchy.currentForNew(owner);
    if (owner.kind === 'organisation') return this.hierarchy.currentForNew({ kind: 'organisation', subjectId: null });
    if (isId(owner.id)) return this.hierarchy.currentForNew({ kind: owner.kind, subjectId: owner.id });
    throw keyringError('KEYS_OWNER_INVALID', `${owner.id} is the id of no ${owner.kind}.`);
  }
}

function nameOf({ keyId, keyVersion }: WrappedKey): KeyVersionName {
  return { organisationId: currentContext().organisationId, keyId, version: keyVersion };
}
