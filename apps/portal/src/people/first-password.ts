/** Letters and digits that are not mistaken for each other when read aloud or copied by hand. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 5;
const groupLength = 4;

/** A password to hand over: five groups of four, 99 bits, from the browser's secure source. */
export function makeFirstPassword(
  fill: (bytes: Uint8Array<ArrayBuffer>) => void = (bytes) => void crypto.getRandomValues(bytes),
): string {
  // Bytes beyond the last whole multiple are thrown away, so that every letter is as likely as the others.
  const limit = 256 - (256 % alphabet.length);
  const bytes = new Uint8Array(64);
  let letters = '';
  while (letters.length < groups * groupLength) {
    fill(bytes);
    for (const byte of bytes) if (byte < limit) letters += alphabet[byte % alphabet.length];
  }
  return Array.from({ length: groups }, (_, index) => letters.slice(index * groupLength, (index + 1) * groupLength)).join('-');
}
