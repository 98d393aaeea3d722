export type { Tombstone } from './domain/tombstone.ts';
export { type ErasureStatements, verifyCertificate, verifyInLedger } from './domain/verify-certificate.ts';
export { type Erasable, Erasables } from './erasure/erasables.ts';
export { type ErasureCertificate, ErasureCertificates } from './erasure/erasure-certificates.ts';
export { KeyErasure } from './erasure/key-erasure.ts';
export { KeyCache } from './key-cache.ts';
export { type KeyReadiness, ProviderReadiness } from './key-readiness.ts';
export { type KeyGround, type KeyServices, makeKeyServices } from './key-services.ts';
export { type KeyOwner, Keyring, type KeyringParts, type WrappedKey } from './keyring.ts';
export * from './keyring-error.ts';
export { KeyRetirement } from './rotation/key-retirement.ts';
export type { KeyRotation } from './rotation/key-rotation.repository.ts';
export { KeyUpkeep, type UpkeepReport } from './rotation/key-upkeep.ts';
export { KeyVersionRotation } from './rotation/key-version-rotation.ts';
export { ProviderKeyRotation } from './rotation/provider-key-rotation.ts';
export { TableKeyHolder } from './rotation/table-key-holder.repository.ts';
export {
  type HeldDataKey,
  type RewrappedDataKey,
  type VersionTally,
  type WrappedKeyHolder,
  WrappedKeyHolders,
} from './rotation/wrapped-key-holders.ts';
