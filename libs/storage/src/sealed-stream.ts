import { createHash, type Hash } from 'node:crypto';
import { ObjectSealer, type SealContext, sealedChunkBytes } from '#sealed-object';

/** What a complete file is: hashes in hexadecimal, of the plaintext and of what lies on the disk. */
export interface SealedDigests {
  sha256: string;
  sizeBytes: number;
  fileSha256: string;
  fileBytes: number;
}

/** Turns plaintext into the bytes of a sealed file, from the first to the last, and follows the hashes of both. */
export class SealedStream {
  readonly #plain: Hash = createHash('sha256');
  readonly #sealed: Hash = createHash('sha256');
  readonly #sealer: ObjectSealer;
  #chunks = 0;
  #sizeBytes = 0;
  #fileBytes = 0;

  constructor(dataKey: Uint8Array, context: SealContext) {
    this.#sealer = new ObjectSealer(dataKey, context);
  }

  /** Bytes of the file so far. */
  get fileBytes(): number {
    return this.#fileBytes;
  }

  /** Seals whole chunks; with `isLast` also what remains, and the file is complete. Answers what to write next, in order. */
  seal(bytes: Uint8Array, isLast: boolean): Uint8Array[] {
    const parts: Uint8Array[] = this.#chunks === 0 ? [this.#sealer.header] : [];
    let at = 0;
    for (; at + sealedChunkBytes <= bytes.length; at += sealedChunkBytes)
      parts.push(...this.#sealer.sealParts(this.#chunks++, bytes.subarray(at, at + sealedChunkBytes), false));
    if (isLast) parts.push(...this.#sealer.sealParts(this.#chunks++, bytes.subarray(at), true));
    this.#plain.update(bytes);
    this.#sizeBytes += bytes.length;
    for (const part of parts) {
      this.#sealed.update(part);
      this.#fileBytes += part.length;
    }
    return parts.filter((part) => part.length > 0);
  }

  /** Of the complete file. */
  digests(): SealedDigests {
    const [sha256, fileSha256] = [this.#plain.digest('hex'), this.#sealed.digest('hex')];
    return { sha256, sizeBytes: this.#sizeBytes, fileSha256, fileBytes: this.#fileBytes };
  }
}

/** Drops from the front of the buffers what was written; a file system may take less than asked in one call. */
export function withoutWritten(parts: Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  const rest: Uint8Array[] = [];
  for (const part of parts) {
    if (left < part.length) rest.push(part.subarray(left));
    left = Math.max(0, left - part.length);
  }
  return rest;
}
