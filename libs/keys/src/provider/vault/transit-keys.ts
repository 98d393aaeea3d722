import { z } from 'zod';
import { ciphertextInvalid, isSigningKey, keyError, requireKeyName } from '../key-error.ts';
import type { KeyDescription, ProviderKeyName } from '../key-provider.ts';
import { requireAnswer, type TransitKey, transitKeySchema } from './vault-answer.ts';
import type { VaultRequest } from './vault-http.adapter.ts';
import type { VaultSession } from './vault-session.ts';

/** The keys of one transit engine, and what they are for. */
export class TransitKeys {
  private readonly session: VaultSession;
  private readonly mount: string;
  /** Kinds of keys that were seen: the engine makes keys by itself when it is asked to encrypt by one that it does not have. */
  private readonly kinds = new Map<ProviderKeyName, string>();

  constructor(session: VaultSession, mount: string) {
    this.session = session;
    this.mount = mount;
  }

  /** A request below the engine's mount: `verb` is one of our own words, the name is checked here. */
  request(method: VaultRequest['method'], verb: string, name: ProviderKeyName, more = ''): VaultRequest {
    return { method, path: `${this.mount}/${verb}/${requireKeyName(name)}${more}` };
  }

  /** A key as the server has it. Throws KEYS_KEY_MISSING. */
  async read(name: ProviderKeyName): Promise<TransitKey> {
    const key = await this.find(name);
    if (key) return key;
    throw keyError('KEYS_KEY_MISSING', `There is no provider key ${name}.`, { name });
  }

  /** Makes the key when there is none. Throws KEYS_PROTOCOL when there is one of another kind. */
  async ensure(name: ProviderKeyName): Promise<void> {
    const type = isSigningKey(name) ? 'ed25519' : 'aes256-gcm96';
    if (!(await this.find(name))) {
      const answer = await this.session.ask({ ...this.request('POST', 'keys', name), body: { type } });
      requireAnswer(answer, z.unknown(), `make the key ${name}`);
    }
    const key = await this.read(name);
    if (key.type !== type)
      throw keyError('KEYS_PROTOCOL', `The provider key ${name} is of type ${key.type}, not ${type}.`, { name });
  }

  /** Makes sure that a key is there and does what it is wanted for. Throws KEYS_KEY_MISSING or KEYS_PROTOCOL. */
  async requireKind(name: ProviderKeyName, kind: 'aes256-gcm96' | 'ed25519'): Promise<void> {
    requireKeyName(name);
    if (!this.kinds.has(name)) await this.read(name);
    if (this.kinds.get(name) === kind) return;
    const does = kind === 'ed25519' ? 'encrypts and does not sign' : 'signs and does not encrypt';
    throw keyError('KEYS_PROTOCOL', `The provider key ${name} ${does}.`, { name });
  }

  /** Why a ciphertext of a version did not open: asked of the key, because the engine says it in words only. */
  async whyClosed(name: ProviderKeyName, version: number): Promise<Error> {
    this.kinds.delete(name);
    const { minimumVersion } = describeTransitKey(await this.read(name));
    await this.requireKind(name, 'aes256-gcm96');
    if (version >= minimumVersion) return ciphertextInvalid();
    const message = `Version ${version} of the provider key ${name} has been destroyed.`;
    return keyError('KEYS_VERSION_DESTROYED', message, { name, version });
  }

  private async find(name: ProviderKeyName): Promise<TransitKey | undefined> {
    const answer = await this.session.ask(this.request('GET', 'keys', name));
    if (answer.status === 404) {
      this.kinds.delete(name);
      return undefined;
    }
    const { data } = requireAnswer(answer, transitKeySchema, `read the key ${name}`);
    this.kinds.set(name, data.type);
    return data;
  }
}

/** A transit key in our terms. */
export function describeTransitKey(key: TransitKey): KeyDescription {
  const minimumVersion = Math.max(key.min_decryption_version, key.min_available_version, 1);
  const versions = Object.keys(key.keys)
    .map(Number)
    .filter((version) => version >= minimumVersion)
    .sort((left, right) => left - right);
  const madeAtMs = versions.map((version) => madeAtMsOf(key.keys[version]));
  return { latestVersion: key.latest_version, minimumVersion, versions, madeAtMs };
}

/** Seconds since 1970 for keys that encrypt, a time with the public key for those that sign. */
function madeAtMsOf(version: TransitKey['keys'][string] | undefined): number {
  return typeof version === 'number' ? version * 1000 : Date.parse(version?.creation_time ?? '') || 0;
}
