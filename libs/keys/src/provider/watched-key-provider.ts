import type {
  KeyDescription,
  KeyProvider,
  ProviderCiphertext,
  ProviderHealth,
  ProviderKeyName,
  ProviderSignature,
  RewrapItem,
} from './key-provider.ts';

/** A provider whose failures somebody hears of, as the watch over its state does. */
export class WatchedKeyProvider implements KeyProvider {
  readonly kind: KeyProvider['kind'];
  private readonly inner: KeyProvider;
  private readonly onFailure: (error: unknown) => void;

  constructor(inner: KeyProvider, onFailure: (error: unknown) => void) {
    this.kind = inner.kind;
    this.inner = inner;
    this.onFailure = onFailure;
  }

  health(): Promise<ProviderHealth> {
    return this.inner.health();
  }

  ensureKey(name: ProviderKeyName): Promise<void> {
    return this.heard(this.inner.ensureKey(name));
  }

  describe(name: ProviderKeyName): Promise<KeyDescription> {
    return this.heard(this.inner.describe(name));
  }

  encrypt(name: ProviderKeyName, plaintext: Uint8Array, associatedData: Uint8Array): Promise<ProviderCiphertext> {
    return this.heard(this.inner.encrypt(name, plaintext, associatedData));
  }

  decrypt(name: ProviderKeyName, ciphertext: string, associatedData: Uint8Array): Promise<Buffer> {
    return this.heard(this.inner.decrypt(name, ciphertext, associatedData));
  }

  rewrap(name: ProviderKeyName, items: readonly RewrapItem[]): Promise<ProviderCiphertext[]> {
    return this.heard(this.inner.rewrap(name, items));
  }

  rotate(name: ProviderKeyName): Promise<number> {
    return this.heard(this.inner.rotate(name));
  }

  setMinimumVersion(name: ProviderKeyName, version: number): Promise<void> {
    return this.heard(this.inner.setMinimumVersion(name, version));
  }

  sign(name: ProviderKeyName, message: Uint8Array): Promise<ProviderSignature> {
    return this.heard(this.inner.sign(name, message));
  }

  private async heard<Result>(call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (error) {
      this.onFailure(error);
      throw error;
    }
  }
}
