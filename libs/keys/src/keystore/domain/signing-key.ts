import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { ProviderSignature } from '../../provider/key-provider.ts';

/** DER before the 32 bytes of an Ed25519 seed (PKCS #8) and public key (SPKI): RFC 8410. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyAt = 12;

/** Signs with the Ed25519 key that grows from a seed of 32 bytes. */
export function signWithSeed(seed: Uint8Array, message: Uint8Array): ProviderSignature {
  const der = Buffer.concat([privatePrefix, seed]);
  try {
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(publicKeyAt);
    return { signature: sign(null, message, privateKey), publicKey };
  } finally {
    der.fill(0);
  }
}
