export type { FormatErrorCode } from './format-error.ts';
export {
  plainSize,
  type SealedSpan,
  sealedChunkBytes,
  sealedChunkCount,
  sealedHeaderBytes,
  sealedSize,
  sealedSpan,
  sealedTagBytes,
} from './layout.ts';
export * from './object-opener.ts';
export * from './object-sealer.ts';
export { releaseBytes } from './release-bytes.ts';
export { isSealedObject, type SealContext } from './seal-context.ts';
export * from './sealed-buffer.ts';
