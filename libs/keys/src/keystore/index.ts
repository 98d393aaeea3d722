// The door for the process that keeps the keys, and for commands that talk to it: it loads no framework and no database client.
export { createKeyProvider } from '../provider/create-key-provider.ts';
export { KeystoreControl, type PresentSecret } from '../provider/keystore-control.ts';
export { hardenProcess } from './harden-process.adapter.ts';
export { keystorePlace, operatorSocketOf } from './keystore-place.ts';
export { type KeystoreOptions, KeystoreService } from './keystore-service.ts';
export type { KeystoreStatus } from './keystore-status.ts';
export { ownAccount } from './own-account.adapter.ts';
export { type SealKind, sealKinds } from './seals/master-seal.ts';
