import { plainSize, sealedChunkBytes, sealedChunkCount, sealedHeaderBytes, sealedTagBytes } from './layout.ts';
import { ObjectOpener } from './object-opener.ts';
import { ObjectSealer } from './object-sealer.ts';
import type { SealContext } from './seal-context.ts';

/** A whole sealed object, for what fits in memory. `salt` is random unless a test gives one. */
export function sealBuffer(dataKey: Uint8Array, context: SealContext, plain: Uint8Array, salt?: Uint8Array): Buffer {
  const sealer = new ObjectSealer(dataKey, context, salt);
  const last = sealedChunkCount(plain.length) - 1;
  const parts = [sealer.header];
  for (let index = 0; index <= last; index++) {
    const start = index * sealedChunkBytes;
    parts.push(...sealer.sealParts(index, plain.subarray(start, start + sealedChunkBytes), index === last));
  }
  return Buffer.concat(parts);
}

/** The plaintext of a whole sealed object. Throws as `ObjectOpener` does, and KEYS_OBJECT_SIZE_INVALID. */
export function openBuffer(dataKey: Uint8Array, context: SealContext, sealed: Uint8Array): Buffer {
  const opener = new ObjectOpener(dataKey, context, sealed.subarray(0, sealedHeaderBytes));
  const last = sealedChunkCount(plainSize(sealed.length)) - 1;
  const stride = sealedChunkBytes + sealedTagBytes;
  const chunks: Buffer[] = [];
  for (let index = 0; index <= last; index++) {
    const start = sealedHeaderBytes + index * stride;
    chunks.push(opener.openChunk(index, sealed.subarray(start, start + stride), index === last));
  }
  return Buffer.concat(chunks);
}
