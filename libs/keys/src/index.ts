export * from './format/index.ts';
export * from './keyring/index.ts';
export * from './keys.module.ts';
export type { KeystoreStatus } from './keystore/keystore-status.ts';
export type { SealKind } from './keystore/seals/master-seal.ts';
export * from './provider/embedded-key-provider.ts';
export * from './provider/key-error.ts';
export * from './provider/key-provider.ts';
export * from './provider/keystore-control.ts';
