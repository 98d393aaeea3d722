import { HoldfastError } from '#kernel';
import type { SealKind } from '#keystore';
import type { Appliance } from '#manifest';
import { type CommandContext, defineCommand, exitCodes } from '../command.ts';
import { readNewPassphrase, readPassphrase, readShares, sharesNeeded } from './key-secrets.ts';
import { presentOptions, readPresent } from './present-secret.ts';
import { sayKeys, sayShares } from './say-keys.ts';
import { operatorAccount, readKeys, withKeystore } from './with-keystore.ts';

const passphraseOption = { flags: '--passphrase-stdin', summary: 'read the passphrase from standard input' };

const status = defineCommand({
  name: 'keys status',
  summary: 'Show whether the keys can be used, what seals them, and what to do; exit code 0 when they are READY.',
  permission: 'local',
  run: async ({ appliance, terminal, json }) => {
    const found = await readKeys(appliance);
    if (json) terminal.answer(found);
    else sayKeys(found, terminal);
    return found.state === 'READY' ? exitCodes.ok : exitCodes.error;
  },
});

const init = defineCommand({
  name: 'keys init',
  summary: 'Make the keystore with the seal of the manifest, where that seal needs somebody; once, after the first start.',
  permission: 'local',
  account: operatorAccount,
  options: [passphraseOption],
  run: async (context, { options }) => {
    const { seal } = context.appliance.keys;
    const passphrase = seal === 'passphrase' ? await readNewPassphrase(options.passphraseStdin === true) : undefined;
    const shares = await withKeystore(context.appliance, (control) => control.initialise(seal, passphrase));
    return sealedAnew(context, shares);
  },
});

const seal = defineCommand({
  name: 'keys seal',
  summary: 'Lock the keys away: nothing is read or stored until they are unsealed.',
  permission: 'local',
  run: async ({ appliance, terminal, json }) => {
    await withKeystore(appliance, (control) => control.seal());
    if (json) terminal.answer({ state: 'SEALED' });
    terminal.say(`${terminal.style('green', '✓')} The keys are locked away. Open them again with ./holdfast keys unseal.`);
    return undefined;
  },
});

const unseal = defineCommand({
  name: 'keys unseal',
  summary: 'Open the keys, by passphrase or shares, or by nothing where the seal opens by itself.',
  permission: 'local',
  options: [
    passphraseOption,
    { flags: '--shares', summary: 'by recovery shares, whatever the seal' },
    { flags: '--share-stdin', summary: 'read the shares from standard input, one a line' },
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    const found = await readKeys(appliance);
    if (found.state !== 'READY') {
      const byShares = found.seal === 'shamir' || options.shares === true || options.shareStdin === true;
      const byPassphrase = found.seal === 'passphrase' || options.passphraseStdin === true;
      const how = byShares ? 'shares' : byPassphrase ? 'passphrase' : 'nothing';
      await openBy(appliance, how, options.passphraseStdin === true, options.shareStdin === true);
    }
    if (json) terminal.answer({ state: 'READY' });
    terminal.say(`${terminal.style('green', '✓')} The keys are open; what waited for them goes on.`);
    return undefined;
  },
});

async function openBy(
  appliance: Appliance,
  how: 'shares' | 'passphrase' | 'nothing',
  passphraseFromInput: boolean,
  sharesFromInput: boolean,
): Promise<void> {
  if (how === 'nothing') return withKeystore(appliance, (control) => control.unseal());
  if (how === 'passphrase') {
    const passphrase = await readPassphrase(passphraseFromInput);
    return withKeystore(appliance, (control) => control.unsealWithPassphrase(passphrase));
  }
  const { recoveryShares } = await readKeys(appliance);
  const shares = await readShares(sharesFromInput, recoveryShares?.threshold ?? sharesNeeded);
  return withKeystore(appliance, (control) => control.unsealWithShares(shares));
}

const reseal = defineCommand({
  name: 'keys reseal',
  summary: 'Put the master key under another seal; nothing is encrypted anew, and recovery shares stay good.',
  permission: 'local',
  account: operatorAccount,
  options: [
    { flags: '--to <seal>', summary: 'file, passphrase, shamir or systemd-creds', required: true },
    passphraseOption,
    ...presentOptions,
  ],
  run: async (context, { options }) => {
    const kind = await sealNamed(String(options.to));
    const { present, passphrase } = await readPresent(context.appliance, options, kind === 'passphrase');
    const shares = await withKeystore(context.appliance, (control) => control.reseal(kind, passphrase, present));
    return sealedAnew(context, shares);
  },
});

const shares = defineCommand({
  name: 'keys shares',
  summary: 'Make five recovery shares, any three of which open the keys; earlier ones no longer do. Shown once.',
  permission: 'local',
  account: operatorAccount,
  options: presentOptions,
  run: async ({ appliance, terminal, json }, { options }) => {
    const { present } = await readPresent(appliance, options);
    const made = await withKeystore(appliance, (control) => control.makeShares(present));
    if (json) terminal.answer({ shares: made, threshold: sharesNeeded });
    else sayShares(made, sharesNeeded, terminal);
    return undefined;
  },
});

async function sealedAnew({ appliance, terminal, json }: CommandContext, made: readonly string[]): Promise<undefined> {
  const found = await readKeys(appliance);
  if (json) terminal.answer({ ...found, shares: made, threshold: made.length > 0 ? sharesNeeded : null });
  if (json) return;
  if (made.length > 0) sayShares(made, sharesNeeded, terminal);
  sayKeys(found, terminal);
}

async function sealNamed(text: string): Promise<SealKind> {
  const { sealKinds } = await import('#keystore');
  const kind = sealKinds.find((known) => known === text);
  if (kind) return kind;
  throw new HoldfastError('KEYS_SEAL_UNKNOWN', {
    kind: 'invalid',
    message: `There is no seal ${text}.`,
    action: `Choose one of: ${sealKinds.join(', ')}.`,
  });
}

/** What is done to the embedded keystore on the machine; works without a database and while the keys are sealed. The keystore notes it for the audit. */
export const keystoreCommands = [status, init, seal, unseal, reseal, shares];
