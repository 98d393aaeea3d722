import { type CipherGCM, createCipheriv, randomBytes } from 'node:crypto';
import { formatError } from './format-error.ts';
import { requireRoom, sealedChunkBytes, sealedTagBytes } from './layout.ts';
import { ObjectSubkeys, saltBytes } from './object-subkeys.ts';
import { cipherSteps, releaseBytes } from './release-bytes.ts';
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

  /**
   * Ciphertext in pieces and the tag of the next chunk, to be written one after the other; `releaseBytes` gives their memory back then. The last
   * chunk is shorter than the others, and empty where nothing is left.
   */
  sealParts(index: number, plain: Uint8Array, isLast: boolean): Buffer[] {
    const cipher = this.#begin(index, plain.length, isLast);
    const parts = Array.from(cipherSteps(plain), (step) => cipher.update(step));
    cipher.final();
    return [...parts, cipher.getAuthTag()];
  }

  /** Same as `sealParts`, into a buffer at an offset; answers how many bytes that took. Leaves no garbage. */
  sealInto(target: Uint8Array, at: number, index: number, plain: Uint8Array, isLast: boolean): number {
    requireRoom(target, at, plain.length + sealedTagBytes);
    const cipher = this.#begin(index, plain.length, isLast);
    let end = at;
    for (const step of cipherSteps(plain)) {
      const piece = cipher.update(step);
      target.set(piece, end);
      end += piece.length;
      releaseBytes(piece);
    }
    cipher.final();
    target.set(cipher.getAuthTag(), end);
    return end + sealedTagBytes - at;
  }

  /** Same as `sealParts`, in one piece. */
  sealChunk(index: number, plain: Uint8Array, isLast: boolean): Buffer {
    const sealed = Buffer.allocUnsafe(plain.length + sealedTagBytes);
    this.sealInto(sealed, 0, index, plain, isLast);
    return sealed;
  }

  #begin(index: number, plainBytes: number, isLast: boolean): CipherGCM {
    this.#claim(index, plainBytes, isLast);
    return createCipheriv(cipherName, this.#subkeys.key, this.#subkeys.nonceOf(index));
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
