import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { formatError } from './format-error.ts';
import { requireRoom, sealedChunkBytes, sealedHeaderBytes, sealedTagBytes } from './layout.ts';
import { ObjectSubkeys, saltBytes } from './object-subkeys.ts';
import { cipherSteps, releaseBytes } from './release-bytes.ts';
import { isSealedObject, type SealContext, sealedPrefix } from './seal-context.ts';

/** Opens chunks of one object, in any order. */
export class ObjectOpener {
  readonly #subkeys: ObjectSubkeys;

  /** Throws KEYS_OBJECT_UNKNOWN for what is no sealed object, and KEYS_OBJECT_FOREIGN where key, context and header do not belong together. */
  constructor(dataKey: Uint8Array, context: SealContext, header: Uint8Array) {
    if (header.length !== sealedHeaderBytes || !isSealedObject(header))
      throw formatError('KEYS_OBJECT_UNKNOWN', `The object ${context.objectId} does not begin as a sealed object does.`);
    const saltEnd = sealedPrefix.length + saltBytes;
    this.#subkeys = new ObjectSubkeys(dataKey, header.subarray(sealedPrefix.length, saltEnd), context);
    if (!timingSafeEqual(this.#subkeys.commitment, header.subarray(saltEnd)))
      throw formatError(
        'KEYS_OBJECT_FOREIGN',
        `The object ${context.objectId} was not sealed with this key and as this version, or its header is damaged.`,
        { ...context },
      );
  }

  /** Plaintext of a chunk, with its tag checked. `isLast` follows from the file's size. Throws KEYS_OBJECT_DAMAGED, and then releases no byte. */
  openChunk(index: number, sealed: Uint8Array, isLast: boolean): Buffer {
    const plain = Buffer.allocUnsafe(Math.max(0, sealed.length - sealedTagBytes));
    this.openInto(plain, 0, index, sealed, isLast);
    return plain;
  }

  /** Same as `openChunk`, into a buffer at an offset, which is overwritten with zeros where that throws; answers how many bytes it took. Leaves no garbage. */
  openInto(target: Uint8Array, at: number, index: number, sealed: Uint8Array, isLast: boolean): number {
    const plainBytes = sealed.length - sealedTagBytes;
    const fits = isLast ? plainBytes >= 0 && plainBytes < sealedChunkBytes : plainBytes === sealedChunkBytes;
    if (!fits || !Number.isInteger(index) || index < 0 || index >= 2 ** 32) throw damaged(index);
    requireRoom(target, at, plainBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.#subkeys.key, this.#subkeys.nonceOf(index), {
      authTagLength: sealedTagBytes,
    });
    decipher.setAuthTag(sealed.subarray(plainBytes));
    let end = at;
    for (const step of cipherSteps(sealed.subarray(0, plainBytes))) {
      const piece = decipher.update(step);
      target.set(piece, end);
      end += piece.length;
      releaseBytes(piece);
    }
    try {
      decipher.final();
    } catch {
      target.fill(0, at, end);
      throw damaged(index);
    }
    return plainBytes;
  }
}

function damaged(chunk: number) {
  return formatError('KEYS_OBJECT_DAMAGED', `Chunk ${chunk} of the object is not what was sealed.`, { chunk });
}
