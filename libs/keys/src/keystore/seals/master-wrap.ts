import { keyError } from '../../provider/key-error.ts';
import { openBytes, sealBytes } from '../domain/provider-cipher.ts';

function boundTo(storeId: string, purpose: string): Buffer {
  return Buffer.from(`holdfast-keystore master ${storeId} ${purpose}`);
}

/** Wraps the master key under another key, as base64. */
export function wrapMaster(key: Buffer, master: Buffer, storeId: string, purpose: string): string {
  return sealBytes(key, master, boundTo(storeId, purpose)).toString('base64');
}

/** Unwraps the master key. Throws KEYS_UNSEAL_FAILED. */
export function unwrapMaster(key: Buffer, wrapped: string, storeId: string, purpose: string): Buffer {
  const master = openBytes(key, Buffer.from(wrapped, 'base64'), boundTo(storeId, purpose));
  if (master?.length === 32) return master;
  throw unsealFailed();
}

/** The one answer to a secret that does not open the keystore: no hint what is wrong with it. */
export function unsealFailed(): Error {
  return keyError('KEYS_UNSEAL_FAILED', 'The keystore does not open with what was given.');
}
