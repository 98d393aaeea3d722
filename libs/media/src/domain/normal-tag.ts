/**
 * The one form under which a tag is looked up: compatibility characters made ordinary (NFKC), case folded, accents removed, runs of
 * blanks made one. "Zürich ", "ZÜRICH" and "zurich" are the same tag. Empty where nothing visible is left.
 */
export function normalTag(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/\s/gu, ' ')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\p{Mn}\p{Cc}\p{Cf}]/gu, '')
    .normalize('NFC')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** A tag's name as it is shown: as typed, without control characters and double blanks. */
export function tagName(typed: string): string {
  return typed
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .trim();
}
