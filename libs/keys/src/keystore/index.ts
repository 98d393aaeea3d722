// The door for the process that keeps the keys: it loads no framework and no database client.
export { hardenProcess } from './harden-process.adapter.ts';
export { keystorePlace } from './keystore-place.ts';
export { type KeystoreOptions, KeystoreService } from './keystore-service.ts';
