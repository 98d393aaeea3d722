import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ciphertextInvalid } from '../../provider/key-error.ts';

const cipherName = 'aes-256-gcm';
const nonceBytes = 12;
const keyBytes = 32;
const tagBytes = 16;

/** Bytes of a wrapped key: nonce, ciphertext, tag. */
export const wrappedKeyBytes = nonceBytes + keyBytes + tagBytes;

/** A new key: 32 random bytes. */
export function newKey(): Buffer {
  return randomBytes(keyBytes);
}

/** A key of 32 bytes encrypted with another, bound to a context; nonces are random, so one key wraps at most 2^32 others. */
export function wrapKey(wrapping: Uint8Array, key: Uint8Array, context: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, wrapping, nonce).setAAD(context);
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** The key that was wrapped. Throws KEYS_CIPHERTEXT_INVALID where wrapping key, context or bytes are others. */
export function unwrapKey(wrapping: Uint8Array, wrapped: Uint8Array, context: Uint8Array): Buffer {
  if (wrapped.length !== wrappedKeyBytes) throw ciphertextInvalid();
  const decipher = createDecipheriv(cipherName, wrapping, wrapped.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(context).setAuthTag(wrapped.subarray(-tagBytes));
  const key = decipher.update(wrapped.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch {
    key.fill(0);
    throw ciphertextInvalid();
  }
  return key;
}
