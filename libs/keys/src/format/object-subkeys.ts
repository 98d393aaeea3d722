import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { formatError } from './format-error.ts';
import { encodeContext, type SealContext } from './seal-context.ts';

export const dataKeyBytes = 32;
export const saltBytes = 24;
export const commitmentBytes = 32;
const nonceBytes = 12;
const label = Buffer.from('holdfast/sealed-object/v1+AEAD_AES_256_GCM\0');

/** HKDF-Expand of RFC 5869 with SHA-512, for up to 128 bytes. */
function expand(key: Uint8Array, info: Uint8Array, length: number): Buffer {
  const first = createHmac('sha512', key).update(info).update(Buffer.of(1)).digest();
  const second = createHmac('sha512', key).update(first).update(info).update(Buffer.of(2)).digest();
  const expanded = Buffer.concat([first, second]);
  first.fill(0);
  second.fill(0);
  return expanded.subarray(0, length);
}

/** What one sealed object is encrypted with, derived once per object. */
export class ObjectSubkeys {
  readonly key: KeyObject;
  readonly commitment: Buffer;
  readonly #baseNonce: Buffer;

  constructor(dataKey: Uint8Array, salt: Uint8Array, context: SealContext) {
    if (dataKey.length !== dataKeyBytes || salt.length !== saltBytes)
      throw formatError(
        'KEYS_SEALER_MISUSED',
        `A data key has ${dataKeyBytes} bytes and a salt ${saltBytes}, not ${dataKey.length} and ${salt.length}.`,
      );
    const info = Buffer.concat([label, salt, encodeContext(context)]);
    const expanded = expand(dataKey, info, dataKeyBytes + nonceBytes + commitmentBytes);
    // A key object keeps the key out of this language's heap, and is quicker than handing over bytes for each chunk.
    this.key = createSecretKey(expanded.subarray(0, dataKeyBytes));
    this.#baseNonce = Buffer.from(expanded.subarray(dataKeyBytes, dataKeyBytes + nonceBytes));
    this.commitment = Buffer.from(expanded.subarray(dataKeyBytes + nonceBytes));
    expanded.fill(0);
  }

  /** The nonce of a chunk: the base nonce XOR its number, big-endian. */
  nonceOf(chunk: number): Buffer {
    const nonce = Buffer.from(this.#baseNonce);
    nonce.writeUInt32BE((nonce.readUInt32BE(nonceBytes - 4) ^ chunk) >>> 0, nonceBytes - 4);
    return nonce;
  }
}
