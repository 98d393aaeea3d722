import { createCipheriv, randomBytes } from 'node:crypto';
import { formatError } from './format-error.ts';
import { sealedChunkBytes } from './layout.ts';
import { ObjectSubkeys, saltBytes } from './object-subkeys.ts';
import { type SealContext, sealedPrefix } from './seal-context.ts';

const cipherName = 'aes-256-gcm';

/**
 * Seals one object from its first chunk to its last, each once: the same chunk sealed twice with other bytes would give both away. What breaks
 * off is therefore begun again with a new sealer, never continued.
 */
export class ObjectSealer {
  /** What the file begins with. */
  readonly header: Buffer;
  readonly #subkeys: ObjectSubkeys;
  #next = 0;
  #isFinished = false;

  /** `salt` is random unless a test gives one. */
  constructor(dataKey: Uint8Array, context: SealContext, salt: Uint8Array = randomBytes(saltBytes)) {
    this.#subkeys = new ObjectSubkeys(dataKey, salt, context);
    this.header = Buffer.concat([sealedPrefix, salt, this.#subkeys.commitment]);
  }

  /** Ciphertext and tag of the next chunk, to be written one after the other. The last chunk is shorter than the others, and empty where nothing is left. */
  sealParts(index: number, plain: Uint8Array, isLast: boolean): [ciphertext: Buffer, tag: Buffer] {
    this.#claim(index, plain.length, isLast);
    const cipher = createCipheriv(cipherName, this.#subkeys.key, this.#subkeys.nonceOf(index));
    const ciphertext = cipher.update(plain);
    cipher.final();
    return [ciphertext, cipher.getAuthTag()];
  }

  /** Same as `sealParts`, in one piece. */
  sealChunk(index: number, plain: Uint8Array, isLast: boolean): Buffer {
    return Buffer.concat(this.sealParts(index, plain, isLast));
  }

  #claim(index: number, plainBytes: number, isLast: boolean): void {
    if (this.#isFinished || index !== this.#next || index >= 2 ** 32)
      throw formatError('KEYS_SEALER_MISUSED', `Chunk ${index} is not the next to be sealed; that is ${this.#next}.`);
    if (isLast ? plainBytes >= sealedChunkBytes : plainBytes !== sealedChunkBytes)
      throw formatError(
        'KEYS_SEALER_MISUSED',
        `Chunk ${index} has ${plainBytes} bytes; the last has fewer than ${sealedChunkBytes}, any other exactly that.`,
      );
    this.#next += 1;
    this.#isFinished = isLast;
  }
}
