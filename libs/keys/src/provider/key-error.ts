import { type ErrorKind, HoldfastError } from '#kernel';
import type { ProviderKeyName } from './key-provider.ts';

/** What can go wrong with a key provider; the codes are the same whichever keeps the keys. */
export const keyErrorKinds = {
  KEYS_SEALED: 'unavailable',
  KEYS_UNAVAILABLE: 'unavailable',
  // The provider refuses us, not the user: an operator has to act, and the user may come back.
  KEYS_REFUSED: 'unavailable',
  KEYS_CIPHERTEXT_INVALID: 'corrupted',
  KEYS_VERSION_DESTROYED: 'gone',
  KEYS_NAME_INVALID: 'invalid',
  KEYS_PROTOCOL: 'bug',
  KEYS_KEY_MISSING: 'not-found',
  KEYS_UNSEAL_FAILED: 'invalid',
  KEYS_PROOF_NEEDED: 'invalid',
  KEYS_OPERATORS_ONLY: 'forbidden',
  KEYS_SEAL_UNSUPPORTED: 'unsupported',
  KEYS_SECRET_INVALID: 'invalid',
  KEYS_STATE: 'conflict',
  KEYS_STORE_UNREADABLE: 'corrupted',
  KEYS_STORE_LOCKED: 'locked',
} as const satisfies Record<string, ErrorKind>;
export type KeyErrorCode = keyof typeof keyErrorKinds;

const actions: Partial<Record<KeyErrorCode, string>> = {
  KEYS_SEALED: 'Unseal the key provider: docs/runbooks/sealed.md.',
  KEYS_UNAVAILABLE: 'Try again; if it lasts, look at the key provider on the system page.',
  KEYS_OPERATORS_ONLY: 'Run the command as root: sudo ./holdfast keys …',
  KEYS_SEAL_UNSUPPORTED: 'Choose another seal, or give the keystore an account of its own: docs/guides/keys.md.',
  KEYS_REFUSED: 'Compare the policy of the key provider with docs/guides/vault.md.',
};
const retryAfterSeconds: Partial<Record<KeyErrorCode, number>> = { KEYS_SEALED: 30, KEYS_UNAVAILABLE: 5 };

/** An error of a key provider with its kind and next step. The message must hold no key material, token or plaintext. */
export function keyError(code: KeyErrorCode, message: string, values: Record<string, unknown> = {}): HoldfastError {
  return new HoldfastError(code, {
    kind: keyErrorKinds[code],
    message,
    action: actions[code],
    values,
    retryAfterSeconds: retryAfterSeconds[code],
  });
}

/** The one answer to a ciphertext that does not open: wrong key, wrong associated data or tampered with, no hint which. */
export function ciphertextInvalid(): HoldfastError {
  return keyError('KEYS_CIPHERTEXT_INVALID', 'The ciphertext does not open under this key.');
}

const keyName = /^hf-[a-z0-9-]{1,60}$/;

/** The name, when it is one of a provider key: `hf-` and at most 60 small letters, digits and hyphens. Throws KEYS_NAME_INVALID. */
export function requireKeyName(name: string): ProviderKeyName {
  if (typeof name === 'string' && keyName.test(name)) return name as ProviderKeyName;
  throw keyError('KEYS_NAME_INVALID', `${JSON.stringify(String(name).slice(0, 80))} is no name of a provider key.`);
}

/** Whether keys of this name sign rather than encrypt. */
export function isSigningKey(name: ProviderKeyName): boolean {
  return name.startsWith('hf-sign-');
}
