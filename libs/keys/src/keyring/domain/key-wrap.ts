import { randomBytes } from 'node:crypto';
import { openBytes, sealBytes } from '../../keystore/domain/provider-cipher.ts';
import { ciphertextInvalid } from '../../provider/key-error.ts';

const keyBytes = 32;

/** Bytes of a wrapped key: nonce (12), ciphertext (32), tag (16). */
export const wrappedKeyBytes = 60;

/** A new key: 32 random bytes. */
export function newKey(): Buffer {
  return randomBytes(keyBytes);
}

/** A key of 32 bytes encrypted with another, bound to a context; nonces are random, so one key wraps at most 2^32 others. */
export function wrapKey(wrapping: Uint8Array, key: Uint8Array, context: Uint8Array): Buffer {
  return sealBytes(wrapping, key, context);
}

/** The key that was wrapped. Throws KEYS_CIPHERTEXT_INVALID where wrapping key, context or bytes are others. */
export function unwrapKey(wrapping: Uint8Array, wrapped: Uint8Array, context: Uint8Array): Buffer {
  const key = wrapped.length === wrappedKeyBytes ? openBytes(wrapping, wrapped, context) : undefined;
  if (!key) throw ciphertextInvalid();
  return key;
}
