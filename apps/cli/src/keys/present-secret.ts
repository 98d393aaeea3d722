import type { PresentSecret } from '#keystore';
import type { Appliance } from '#manifest';
import { readSecretLines } from '../standard-input.ts';
import { readNewPassphrase, readPassphrase, readShares, sharesNeeded } from './key-secrets.ts';
import { readKeys } from './with-keystore.ts';

const fromInputFlag = '--present-stdin';

/** For commands that want what opens the present seal once more, where that seal needs somebody. */
export const presentOptions = [
  {
    flags: fromInputFlag,
    summary: 'read the present passphrase, or shares one a line, from standard input, before any new passphrase',
  },
  { flags: '--present-shares', summary: 'by recovery shares, where the present passphrase is lost' },
];

/** What opens the present seal, and the passphrase of a new one where that is wanted. */
export interface ResealSecrets {
  present: PresentSecret;
  passphrase?: string | undefined;
}

/** Reads what `presentOptions` say, and a new passphrase where one is wanted. Throws KEYS_SECRET_NEEDED where nobody can be asked. */
export async function readPresent(
  appliance: Appliance,
  options: Record<string, unknown>,
  wantsPassphrase = false,
): Promise<ResealSecrets> {
  const { seal, recoveryShares } = await readKeys(appliance);
  const newFromInput = options.passphraseStdin === true;
  const needsSomebody = seal === 'passphrase' || seal === 'shamir';
  const byShares = seal === 'shamir' || options.presentShares === true;
  if (needsSomebody && options.presentStdin === true) {
    const lines = await readSecretLines('secret of the present seal');
    const typed = wantsPassphrase && !newFromInput ? await readNewPassphrase(false) : undefined;
    const passphrase = wantsPassphrase && newFromInput ? lines.pop() : typed;
    return { passphrase, present: byShares ? { shares: lines } : { passphrase: lines[0] } };
  }
  const present: PresentSecret = {};
  if (needsSomebody && byShares)
    present.shares = await readShares(false, recoveryShares?.threshold ?? sharesNeeded, fromInputFlag);
  else if (needsSomebody) present.passphrase = await readPassphrase(false, fromInputFlag);
  return { present, passphrase: wantsPassphrase ? await readNewPassphrase(newFromInput) : undefined };
}
