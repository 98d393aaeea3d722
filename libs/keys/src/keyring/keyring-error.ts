import { type ErrorKind, HoldfastError } from '#kernel';

const kinds = {
  KEYS_DESTROYED: 'gone',
  KEYS_VERSION_RETIRED: 'gone',
  KEYS_KEY_UNKNOWN: 'corrupted',
  KEYS_OWNER_INVALID: 'bug',
  KEYS_VERSION_IN_USE: 'conflict',
  KEYS_HOLDER_MISSING: 'bug',
  KEYS_ORGANISATION_KEPT: 'conflict',
  KEYS_LEDGER_DAMAGED: 'corrupted',
  KEYS_NOT_ERASED: 'conflict',
  KEYS_CERTIFICATE_INVALID: 'invalid',
} as const satisfies Record<string, ErrorKind>;

/** What can go wrong with the keys below the provider's. */
export type KeyringErrorCode = keyof typeof kinds;

const actions: Partial<Record<KeyringErrorCode, string>> = {
  KEYS_DESTROYED: 'What it sealed was erased and cannot be brought back.',
  KEYS_KEY_UNKNOWN: 'Restore the database from a backup that has the key.',
  KEYS_VERSION_IN_USE: 'Rotate the key, wait until everything is wrapped anew, and retire the version then.',
  KEYS_ORGANISATION_KEPT: 'Say explicitly that all of the organisation is meant.',
  KEYS_LEDGER_DAMAGED: 'Restore the ledger of tombstones from a copy; the database holds each of its lines too.',
};

/** An error of the keyring with its kind and next step; neither message nor values hold keys. */
export function keyringError(code: KeyringErrorCode, message: string, values: Record<string, unknown> = {}): HoldfastError {
  return new HoldfastError(code, { kind: kinds[code], message, action: actions[code], values });
}
