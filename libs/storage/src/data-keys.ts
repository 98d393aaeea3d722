import type { KeyOwner, WrappedKey } from '#keys';

/** Where the keys of objects come from: the keyring of libs/keys. */
export interface DataKeys {
  /** A new key, wrapped for its owner in the current organisation. Throws KEYS_SEALED or KEYS_UNAVAILABLE where nothing may be written now. */
  newDataKey(owner: KeyOwner, objectId: string): Promise<{ dataKey: Buffer; wrapped: WrappedKey }>;
  /** Throws KEYS_DESTROYED where the object was made unreadable for good. */
  openDataKey(wrapped: WrappedKey, objectId: string): Promise<Buffer>;
}
