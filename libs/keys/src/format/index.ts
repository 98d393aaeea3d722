export type { FormatErrorCode } from './format-error.ts';
export * from './layout.ts';
export * from './object-opener.ts';
export * from './object-sealer.ts';
export { isSealedObject, type SealContext } from './seal-context.ts';
export * from './sealed-buffer.ts';
