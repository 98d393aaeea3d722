/** Hexadecimal digits of a content hash that tell one rendition of an asset from what replaces it. */
export const versionLength = 12;

/** The `v` of a rendition's address: it changes only with the bytes. */
export function versionOf(sha256: string): string {
  return sha256.slice(0, versionLength);
}
