import { AsyncLocalStorage } from 'node:async_hooks';
import type { TenantDatabase } from '#database';
import { currentContext, newId, runAs } from '#kernel';
import { keyError } from '../provider/key-error.ts';
import type { KeyProvider, ProviderKeyName } from '../provider/key-provider.ts';
import {
  type KeyVersionName,
  organisationProviderKey,
  providerContext,
  subjectKeyContext,
  subjectProviderKey,
} from './domain/key-names.ts';
import { newKey, unwrapKey, wrapKey } from './domain/key-wrap.ts';
import {
  type EncryptionKey,
  encryptionKeys,
  type KeyKind,
  type StoredVersion,
  type WrappedVersion,
} from './encryption-key.repository.ts';
import type { KeyCache } from './key-cache.ts';
import { keyringError } from './keyring-error.ts';
import type { RevocationWatch } from './revocation-watch.ts';
import { SingleFlight } from './single-flight.ts';

/** A key may be dropped between being loaded and being used; that this happens so often in a row means that it is not to be used. */
const mostLoads = 5;
/** Whoever joins the making of a key within another's transaction does not see it before that commits, and then makes one, which waits for that. */
const mostMakes = 3;
/** A new version wraps what is new within this; old ones are retired two days later. */
const rememberedMs = 1000;
const mostRemembered = 1000;

/** The keys of an organisation and those of its people and collections: makes, loads and lends them. Works for the organisation of the current context. */
export class KeyHierarchy {
  readonly #loads = new SingleFlight<void>();
  readonly #makes = new SingleFlight<void>();
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #current = new Map<string, { name: KeyVersionName; until: number }>();
  #providerKeys: Promise<unknown> | undefined;

  constructor(
    private readonly provider: KeyProvider,
    private readonly tenant: TenantDatabase,
    private readonly cache: KeyCache,
    private readonly revocations: RevocationWatch,
  ) {}

  /** Lends a version of a key to work that ends before it answers. Throws KEYS_DESTROYED, KEYS_VERSION_RETIRED, KEYS_KEY_UNKNOWN. */
  async use<Result>(name: KeyVersionName, work: (key: Buffer) => Result): Promise<Result> {
    for (let loads = 0; loads < mostLoads; loads++) {
      // Loading may have taken longer than what was known of destroyed keys counts.
      await this.revocations.ensureFresh();
      const lent = this.cache.lend(name, work);
      if (lent) {
        if (lent.isAgeing) this.#loadAgain(name);
        return lent.result;
      }
      await this.#loads.run(nameText(name), () => this.#load(name));
    }
    throw keyError('KEYS_UNAVAILABLE', `The key ${name.keyId} was dropped ${mostLoads} times while it was wanted.`);
  }

  /** The key of an owner and its current version; made where there is none. Throws KEYS_DESTROYED. */
  async currentOf(kind: KeyKind, subjectId: string | null): Promise<KeyVersionName> {
    const { organisationId } = currentContext();
    for (let makes = 0; makes < mostMakes; makes++) {
      const found = await this.tenant.run((sql) => encryptionKeys.findOwned(sql, kind, subjectId));
      if (found) return currentVersionOf(found);
      await this.#makes.run(`${organisationId}/${kind}/${subjectId}`, () => this.#make(kind, subjectId));
    }
    throw keyringError('KEYS_KEY_UNKNOWN', `The ${kind}'s key was made and is not there.`, { kind, subjectId });
  }

  /** Same as `currentOf` for an owner or a key by its id, remembered for a moment: every stored object asks. A key that was destroyed meanwhile is refused when it is used. */
  async currentForNew(owner: { kind: KeyKind; subjectId: string | null } | { keyId: string }): Promise<KeyVersionName> {
    const text = `${currentContext().organisationId}/${'keyId' in owner ? owner.keyId : `${owner.kind}/${owner.subjectId}`}`;
    const known = this.#current.get(text);
    if (known && known.until > performance.now()) return known.name;
    const name = await ('keyId' in owner ? this.currentOfKey(owner.keyId) : this.currentOf(owner.kind, owner.subjectId));
    if (this.#current.size >= mostRemembered) this.#current.clear();
    this.#current.set(text, { name, until: performance.now() + rememberedMs });
    return name;
  }

  /** Looks again which versions are current: one was added. */
  forgetCurrent(): void {
    this.#current.clear();
  }

  /** The key of an owner, where there is one. */
  find(kind: KeyKind, subjectId: string | null): Promise<EncryptionKey | undefined> {
    return this.tenant.run((sql) => encryptionKeys.findOwned(sql, kind, subjectId));
  }

  /** The current version of a key. Throws KEYS_KEY_UNKNOWN, KEYS_DESTROYED. */
  async currentOfKey(keyId: string): Promise<KeyVersionName> {
    const found = await this.tenant.run((sql) => encryptionKeys.find(sql, keyId));
    if (!found) throw unknown(keyId);
    return currentVersionOf(found);
  }

  /** Wraps a key to be stored: under the organisation's current key unless it is the organisation's own, and under the provider's. */
  async wrap(kind: KeyKind, name: KeyVersionName, key: Uint8Array): Promise<WrappedVersion> {
    await this.ensureProviderKeys();
    if (kind === 'organisation') return this.#wrapByProvider(organisationProviderKey, name, key, null);
    const parent = await this.currentOf('organisation', null);
    const inner = await this.use(parent, (parentKey) => wrapKey(parentKey, key, subjectKeyContext(name, parent.version)));
    return this.#wrapByProvider(subjectProviderKey, name, inner, parent.version);
  }

  /** The key that a stored version holds. Throws KEYS_CIPHERTEXT_INVALID, and what a provider throws. */
  async unwrap(name: KeyVersionName, stored: StoredVersion): Promise<Buffer> {
    const wrapped = requireAlive(name, stored);
    const layer = await this.provider.decrypt(stored.providerKey as ProviderKeyName, wrapped, providerContext(name));
    const { parentVersion, parentKeyId } = stored;
    if (parentVersion === null || parentKeyId === null) return layer;
    const parent = { organisationId: name.organisationId, keyId: parentKeyId, version: parentVersion };
    return this.use(parent, (parentKey) => unwrapKey(parentKey, layer, subjectKeyContext(name, parentVersion)));
  }

  /** Makes sure, once per process, that the provider has the keys that everything else is wrapped with. */
  async ensureProviderKeys(): Promise<void> {
    this.#providerKeys ??= Promise.all(
      [organisationProviderKey, subjectProviderKey].map((name) => this.provider.ensureKey(name as ProviderKeyName)),
    ).catch((error) => {
      this.#providerKeys = undefined;
      throw error;
    });
    await this.#providerKeys;
  }

  async #wrapByProvider(
    providerKey: ProviderKeyName,
    name: KeyVersionName,
    plain: Uint8Array,
    parentVersion: number | null,
  ): Promise<WrappedVersion> {
    const { ciphertext, version } = await this.provider.encrypt(providerKey, plain, providerContext(name));
    return { wrapped: ciphertext, parentVersion, providerKey, providerVersion: version };
  }

  async #make(kind: KeyKind, subjectId: string | null): Promise<void> {
    const { organisationId } = currentContext();
    const id = newId();
    const name = { organisationId, keyId: id, version: 1 };
    const key = newKey();
    const wrapped = await this.wrap(kind, name, key);
    key.fill(0);
    await this.tenant.run((sql) => encryptionKeys.add(sql, { organisationId, id, kind, subjectId }, wrapped));
  }

  async #load(name: KeyVersionName): Promise<void> {
    const { forgettings } = this.cache;
    const stored = await this.tenant.run((sql) => encryptionKeys.findVersion(sql, name.keyId, name.version));
    if (!stored) throw unknown(name.keyId);
    this.cache.keep(name, await this.unwrap(name, stored), forgettings);
  }

  /** Not within a caller's transaction, which may have ended by then. What fails is tried again when the key has gone. */
  #loadAgain(name: KeyVersionName): void {
    const context = currentContext();
    if (this.#loads.has(nameText(name))) return;
    void this.#outside(() =>
      runAs(context, () => this.#loads.run(nameText(name), () => this.#load(name))).catch(() => undefined),
    );
  }
}

const nameText = ({ organisationId, keyId, version }: KeyVersionName) => `${organisationId}/${keyId}/${version}`;

function unknown(keyId: string) {
  return keyringError('KEYS_KEY_UNKNOWN', `The organisation has no key ${keyId}.`, { keyId });
}

function destroyed(keyId: string) {
  return keyringError('KEYS_DESTROYED', `The key ${keyId} was destroyed.`, { keyId });
}

function requireAlive({ keyId, version }: KeyVersionName, stored: StoredVersion): string {
  if (stored.destroyedAt) throw destroyed(keyId);
  if (stored.wrapped === null)
    throw keyringError('KEYS_VERSION_RETIRED', `Version ${version} of the key ${keyId} is retired.`, { keyId, version });
  return stored.wrapped;
}

function currentVersionOf(key: EncryptionKey): KeyVersionName {
  const { organisationId } = currentContext();
  if (key.destroyedAt || key.version === null) throw destroyed(key.id);
  return { organisationId, keyId: key.id, version: key.version };
}
