import { HoldfastError } from '#kernel';

const leastLetters = 12;
const leastDifferent = 6;
const mostBytes = 1024;

/** What a passphrase must be that protects files which leave the house, as a sentence. */
export const passphraseRule = `A passphrase has at least ${leastLetters} characters, ${leastDifferent} of them different, and does not repeat or count up.`;

/** Whether a text is one part several times over: `abcdabcdabcd`. */
function repeatsItself(text: string): boolean {
  return `${text}${text}`.indexOf(text, 1) < text.length;
}

/** Whether each character follows the one before at the same distance: `abcdefghijkl`, `987654321…`. */
function countsUp(letters: readonly string[]): boolean {
  const steps = letters.slice(1).map((letter, index) => letter.charCodeAt(0) - (letters[index] ?? '').charCodeAt(0));
  return steps.filter((step) => step === steps[0] && Math.abs(step) <= 1).length >= steps.length - 1;
}

/** A passphrase as bytes: UTF-8 of its NFKC form, as the keystore takes them, so that every keyboard gives the same. The caller wipes them. */
export function passphraseBytes(text: string): Buffer {
  return Buffer.from(text.normalize('NFKC'));
}

/** The bytes of a new passphrase. Throws KEYS_PASSPHRASE_WEAK, with the rule. */
export function newPassphraseBytes(text: string): Buffer {
  const letters = [...text.normalize('NFKC')];
  const isWeak = letters.length < leastLetters || new Set(letters).size < leastDifferent;
  const bytes = passphraseBytes(text);
  if (!isWeak && bytes.length <= mostBytes && !repeatsItself(letters.join('')) && !countsUp(letters)) return bytes;
  bytes.fill(0);
  throw new HoldfastError('KEYS_PASSPHRASE_WEAK', {
    kind: 'invalid',
    message: bytes.length > mostBytes ? `A passphrase has at most ${mostBytes} bytes.` : passphraseRule,
    action: 'Take five or six words that do not belong together.',
  });
}
