import { type KeyProvider, type KeyState, keyError, type ProviderHealth, type ProviderKeyName, type RewrapItem } from '#keys';

/** A real provider of which a test counts the calls, and which it can have go away or be sealed. */
export class WatchedProvider implements KeyProvider {
  readonly kind: 'embedded' | 'vault';
  /** Unless READY, nothing reaches the provider. */
  state: KeyState = 'READY';
  /** How often each verb was called. */
  readonly calls: Record<string, number> = {};

  constructor(private readonly provider: KeyProvider) {
    this.kind = provider.kind;
  }

  async health(): Promise<ProviderHealth> {
    return this.state === 'READY' ? this.provider.health() : { state: this.state, reason: null, detail: {} };
  }

  async ensureKey(name: ProviderKeyName) {
    return this.#visit('ensureKey').ensureKey(name);
  }

  async describe(name: ProviderKeyName) {
    return this.#visit('describe').describe(name);
  }

  async encrypt(name: ProviderKeyName, plaintext: Uint8Array, associatedData: Uint8Array) {
    return this.#visit('encrypt').encrypt(name, plaintext, associatedData);
  }

  async decrypt(name: ProviderKeyName, ciphertext: string, associatedData: Uint8Array) {
    return this.#visit('decrypt').decrypt(name, ciphertext, associatedData);
  }

  async rewrap(name: ProviderKeyName, items: readonly RewrapItem[]) {
    return this.#visit('rewrap').rewrap(name, items);
  }

  async rotate(name: ProviderKeyName) {
    return this.#visit('rotate').rotate(name);
  }

  async setMinimumVersion(name: ProviderKeyName, version: number) {
    return this.#visit('setMinimumVersion').setMinimumVersion(name, version);
  }

  async sign(name: ProviderKeyName, message: Uint8Array) {
    return this.#visit('sign').sign(name, message);
  }

  #visit(verb: string): KeyProvider {
    this.calls[verb] = (this.calls[verb] ?? 0) + 1;
    if (this.state === 'DEGRADED') throw keyError('KEYS_UNAVAILABLE', 'The key provider is away.');
    if (this.state !== 'READY') throw keyError('KEYS_SEALED', 'The key provider is sealed.');
    return this.provider;
  }
}
