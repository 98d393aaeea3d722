import { type ErrorKind, HoldfastError } from '#kernel';

const kinds = {
  KEYS_OBJECT_UNKNOWN: 'corrupted',
  KEYS_OBJECT_FOREIGN: 'corrupted',
  KEYS_OBJECT_DAMAGED: 'corrupted',
  KEYS_OBJECT_SIZE_INVALID: 'corrupted',
  KEYS_OBJECT_RANGE_INVALID: 'bug',
  KEYS_SEALER_MISUSED: 'bug',
} as const satisfies Record<string, ErrorKind>;

/** What can go wrong with a sealed object. */
export type FormatErrorCode = keyof typeof kinds;

/** An error of the sealed-object format; neither message nor values hold plaintext or keys. */
export function formatError(code: FormatErrorCode, message: string, values: Record<string, unknown> = {}): HoldfastError {
  const kind = kinds[code];
  return new HoldfastError(code, {
    kind,
    message,
    action: kind === 'corrupted' ? 'Restore the object from a backup.' : 'Report this as a defect.',
    values,
  });
}
