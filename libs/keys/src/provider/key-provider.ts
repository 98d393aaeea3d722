import type { KeystoreAct } from '../keystore/keystore-acts.ts';

/**
 * SEALED: nothing can be read. UNSEALING: on the way. READY. DEGRADED: the provider is away or a standby answers; reads go on from
 * caches for a while (`keys.cacheMinutes` of the manifest).
 */
export type KeyState = 'SEALED' | 'UNSEALING' | 'READY' | 'DEGRADED';

/** Name of a provider key: fixed words or UUIDs only, never anything from outside; checked by `requireKeyName`. */
export type ProviderKeyName = `hf-${string}`;

/** How a provider is; `reason` is a sentence for the reader wherever the state is not READY or something is to be warned of. */
export interface ProviderHealth {
  state: KeyState;
  reason: string | null;
  detail: Record<string, unknown>;
}

/** The versions that a provider key has. What is below the minimum is destroyed. */
export interface KeyDescription {
  latestVersion: number;
  minimumVersion: number;
  versions: number[];
  /** When each of `versions` was made, in milliseconds since 1970: the one before has been replaced since then. */
  madeAtMs: number[];
}

/** What a provider key made of a plaintext, shaped `vault:v3:base64`, and the key's version that did. */
export interface ProviderCiphertext {
  ciphertext: string;
  version: number;
}

/** A ciphertext to be wrapped again by the latest version of its key. */
export interface RewrapItem {
  ciphertext: string;
  associatedData: Uint8Array;
}

/** An Ed25519 signature (64 bytes) and the raw public key (32 bytes) that verifies it. */
export interface ProviderSignature {
  signature: Buffer;
  publicKey: Buffer;
}

/**
 * Keeps the topmost keys, which never leave it. Every failure is a HoldfastError: KEYS_SEALED, KEYS_UNAVAILABLE, KEYS_REFUSED,
 * KEYS_CIPHERTEXT_INVALID, KEYS_VERSION_DESTROYED, KEYS_NAME_INVALID, KEYS_PROTOCOL.
 */
export interface KeyProvider {
  readonly kind: 'embedded' | 'vault';

  /** How the provider is. Never throws, and answers within two seconds. */
  health(): Promise<ProviderHealth>;

  /** Makes sure that a key of this name exists: Ed25519 for `hf-sign-…`, AES-256-GCM (96-bit nonces) for any other. */
  ensureKey(name: ProviderKeyName): Promise<void>;

  /** The versions of a key. */
  describe(name: ProviderKeyName): Promise<KeyDescription>;

  /** Encrypts by the latest version; `associatedData` must be the same when decrypting. */
  encrypt(name: ProviderKeyName, plaintext: Uint8Array, associatedData: Uint8Array): Promise<ProviderCiphertext>;

  /** Decrypts by the version that the ciphertext names. */
  decrypt(name: ProviderKeyName, ciphertext: string, associatedData: Uint8Array): Promise<Buffer>;

  /** Wraps a batch again by the latest version, in the order given: all of it or none. */
  rewrap(name: ProviderKeyName, items: readonly RewrapItem[]): Promise<ProviderCiphertext[]>;

  /** Adds a version and answers its number. Older ones still decrypt. */
  rotate(name: ProviderKeyName): Promise<number>;

  /** Destroys all versions below the given one, for good. */
  setMinimumVersion(name: ProviderKeyName, version: number): Promise<void>;

  /** Signs with Ed25519 by the latest version of a key named `hf-sign-…`. */
  sign(name: ProviderKeyName, message: Uint8Array): Promise<ProviderSignature>;

  /** What was done to a keystore of our own since it was started, the oldest first; a Vault keeps an audit itself. */
  acts?(): Promise<KeystoreAct[]>;
}
