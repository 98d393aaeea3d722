import { formatError } from './format-error.ts';

/** Plaintext bytes of every chunk but the last, which is always shorter and may be empty: docs/formats/sealed-object.md. */
export const sealedChunkBytes = 262_144;
/** Prefix (8), salt (24) and commitment (32). */
export const sealedHeaderBytes = 64;
/** Bytes of authentication that each chunk ends with. */
export const sealedTagBytes = 16;

const sealedChunkStride = sealedChunkBytes + sealedTagBytes;
/** Chunks are numbered with 32 bits: an object has at most a pebibyte. */
const mostPlainBytes = 2 ** 32 * sealedChunkBytes - 1;

/** Chunks of an object with so many plaintext bytes: one more than it fills, because the last one says by being short that it is the last. */
export function sealedChunkCount(plainBytes: number): number {
  if (!Number.isSafeInteger(plainBytes) || plainBytes < 0 || plainBytes > mostPlainBytes)
    throw formatError('KEYS_OBJECT_SIZE_INVALID', `No sealed object has ${plainBytes} bytes of plaintext.`, { plainBytes });
  return Math.floor(plainBytes / sealedChunkBytes) + 1;
}

/** Bytes of the sealed object with so many bytes of plaintext. */
export function sealedSize(plainBytes: number): number {
  return sealedHeaderBytes + plainBytes + sealedTagBytes * sealedChunkCount(plainBytes);
}

/** Plaintext bytes of a sealed object with so many bytes. Throws KEYS_OBJECT_SIZE_INVALID for sizes that none has, such as one cut between chunks. */
export function plainSize(sealedBytes: number): number {
  const chunks = Math.floor((sealedBytes - sealedHeaderBytes) / sealedChunkStride) + 1;
  const plainBytes = sealedBytes - sealedHeaderBytes - chunks * sealedTagBytes;
  if (!Number.isSafeInteger(sealedBytes) || plainBytes < (chunks - 1) * sealedChunkBytes || plainBytes < 0)
    throw formatError('KEYS_OBJECT_SIZE_INVALID', `No sealed object has ${sealedBytes} bytes: it is cut short or damaged.`, {
      sealedBytes,
    });
  sealedChunkCount(plainBytes);
  return plainBytes;
}

/** Throws KEYS_SEALER_MISUSED where a buffer has less room from an offset on, before anything is sealed or opened for it. */
export function requireRoom(target: Uint8Array, at: number, length: number): void {
  if (at < 0 || at + length > target.length)
    throw formatError('KEYS_SEALER_MISUSED', `${length} bytes do not fit at ${at} into ${target.length}.`);
}

/** The chunks that hold the plaintext bytes `start` to `end`, and where they lie in the file. */
export interface SealedSpan {
  firstChunk: number;
  lastChunk: number;
  /** Of the first chunk in the file. */
  offset: number;
  /** Bytes of all these chunks with their tags. */
  length: number;
}

/** Where to read for the plaintext bytes `start` to `end`, both included, of an object with `plainBytes`. Throws KEYS_OBJECT_RANGE_INVALID. */
export function sealedSpan(start: number, end: number, plainBytes: number): SealedSpan {
  const finalChunk = sealedChunkCount(plainBytes) - 1;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end >= plainBytes)
    throw formatError('KEYS_OBJECT_RANGE_INVALID', `Bytes ${start} to ${end} are not within ${plainBytes}.`, {
      start,
      end,
      plainBytes,
    });
  const firstChunk = Math.floor(start / sealedChunkBytes);
  const lastChunk = Math.floor(end / sealedChunkBytes);
  const offset = sealedHeaderBytes + firstChunk * sealedChunkStride;
  const stop = lastChunk === finalChunk ? sealedSize(plainBytes) : sealedHeaderBytes + (lastChunk + 1) * sealedChunkStride;
  return { firstChunk, lastChunk, offset, length: stop - offset };
}
