export { KeyCache } from './key-cache.ts';
export { type KeyReadiness, ProviderReadiness } from './key-readiness.ts';
export { type KeyOwner, Keyring, type KeyringParts, type WrappedKey } from './keyring.ts';
export * from './keyring-error.ts';
