import { HoldfastError } from '#kernel';
import { readSecretLine, readSecretLines } from '../standard-input.ts';
import { askHidden, canAsk } from './hidden-prompt.ts';

/** Of every set that is made. */
export const sharesNeeded = 3;

/** A passphrase that opens: from standard input where that is said, else asked for. Throws KEYS_SECRET_NEEDED where nobody can be asked. */
export async function readPassphrase(fromInput: boolean, option = '--passphrase-stdin'): Promise<string> {
  if (fromInput) return readSecretLine('passphrase');
  requireSomebody('passphrase', option);
  return askHidden('Passphrase');
}

/** A passphrase that is to seal: asked for twice. Throws KEYS_SECRET_NEEDED, KEYS_SECRET_DIFFERS. */
export async function readNewPassphrase(fromInput: boolean): Promise<string> {
  if (fromInput) return readSecretLine('passphrase');
  requireSomebody('new passphrase', '--passphrase-stdin');
  const first = await askHidden('New passphrase, 12 characters or more');
  if ((await askHidden('The same again')) === first) return first;
  throw new HoldfastError('KEYS_SECRET_DIFFERS', {
    kind: 'invalid',
    message: 'The two are not the same.',
    action: 'Nothing was changed; try again.',
  });
}

/** The texts of shares, one a line on standard input, or asked for one after another. Throws KEYS_SECRET_NEEDED. */
export async function readShares(fromInput: boolean, needed: number, option = '--share-stdin'): Promise<string[]> {
  if (fromInput) return readSecretLines('share');
  requireSomebody(`${needed} shares`, option);
  const shares: string[] = [];
  for (let number = 1; number <= needed; number++) shares.push(await askHidden(`Share ${number} of ${needed}`));
  return shares;
}

function requireSomebody(what: string, option: string): void {
  if (canAsk()) return;
  throw new HoldfastError('KEYS_SECRET_NEEDED', {
    kind: 'invalid',
    message: `This needs the ${what}, and there is nobody at the terminal to ask.`,
    action: `Give ${option} and write it to standard input.`,
  });
}
