import { plainSize, sealedChunkBytes, sealedChunkCount, sealedHeaderBytes, sealedSize, sealedTagBytes } from './layout.ts';
import { ObjectOpener } from './object-opener.ts';
import { ObjectSealer } from './object-sealer.ts';
import type { SealContext } from './seal-context.ts';

/** A whole sealed object, for what fits in memory. `salt` is random unless a test gives one. */
export function sealBuffer(dataKey: Uint8Array, context: SealContext, plain: Uint8Array, salt?: Uint8Array): Buffer {
  const sealer = new ObjectSealer(dataKey, context, salt);
  const last = sealedChunkCount(plain.length) - 1;
  const sealed = Buffer.allocUnsafe(sealedSize(plain.length));
  let at = sealer.header.copy(sealed);
  for (let index = 0; index <= last; index++) {
    const start = index * sealedChunkBytes;
    at += sealer.sealInto(sealed, at, index, plain.subarray(start, start + sealedChunkBytes), index === last);
  }
  return sealed;
}

/** The plaintext of a whole sealed object. Throws as `ObjectOpener` does, and KEYS_OBJECT_SIZE_INVALID. */
export function openBuffer(dataKey: Uint8Array, context: SealContext, sealed: Uint8Array): Buffer {
  const opener = new ObjectOpener(dataKey, context, sealed.subarray(0, sealedHeaderBytes));
  const plain = Buffer.allocUnsafe(plainSize(sealed.length));
  const last = sealedChunkCount(plain.length) - 1;
  const stride = sealedChunkBytes + sealedTagBytes;
  for (let index = 0, at = 0; index <= last; index++) {
    const start = sealedHeaderBytes + index * stride;
    at += opener.openInto(plain, at, index, sealed.subarray(start, start + stride), index === last);
  }
  return plain;
}
