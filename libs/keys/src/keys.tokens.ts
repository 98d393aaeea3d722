/** Injection token of the key provider that the manifest declares. */
export const KEY_PROVIDER = Symbol('KEY_PROVIDER');
