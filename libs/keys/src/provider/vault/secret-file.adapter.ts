import { readFileSync, statSync } from 'node:fs';
import { keyError } from '../key-error.ts';

/** The one line of a file that holds a credential. Throws KEYS_REFUSED when it is missing, empty or open to everybody. */
export function readSecretFile(file: string): string {
  let text: string;
  try {
    if ((statSync(file).mode & 0o007) !== 0)
      throw keyError('KEYS_REFUSED', `Everybody may read or write ${file}: give it the mode 600.`);
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as Error).name === 'HoldfastError') throw error;
    throw keyError('KEYS_REFUSED', `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  if (/^[\x21-\x7e]{1,4096}$/.test(text)) return text;
  throw keyError('KEYS_REFUSED', `${file} holds no single line of printable characters.`);
}
