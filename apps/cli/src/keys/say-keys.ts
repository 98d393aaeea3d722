import type { Terminal } from '../terminal.ts';
import type { KeysFound } from './with-keystore.ts';

const setLetters = 6;

/** The keys in one line, for `status`. */
export function keysLine({ provider, state, seal, boundTo, reason }: KeysFound): string {
  const bound = boundTo ? `, bound to ${boundTo}` : '';
  const kept = provider === 'vault' ? ' (in a Vault)' : seal ? ` (seal ${seal}${bound})` : '';
  return `Keys: ${state}${kept}${state === 'READY' || !reason ? '' : `. ${reason}`}`;
}

/** What is to be done about keys that are not READY; undefined where nothing is, or nothing here. */
export function nextStep({ provider, state, seal, reason, isRunByMachine }: KeysFound): string | undefined {
  if (provider === 'vault' || state !== 'SEALED') return undefined;
  if (seal !== null) return './holdfast keys unseal';
  return reason?.includes('has not been made') ? `${isRunByMachine ? 'sudo ' : ''}./holdfast keys init` : undefined;
}

/** Who runs the keystore, and how it gets an account of its own; undefined where nobody can say. */
export function keeperLine({ keeper, isRunByMachine }: KeysFound): string | undefined {
  if (!keeper) return undefined;
  const by = isRunByMachine ? 'The machine runs the keystore' : 'The appliance runs the keystore';
  if (keeper.isSeparate) return `${by} as ${keeper.account}, an account of its own (its socket belongs to that).`;
  return (
    `${by} as ${keeper.account}, its own account: whoever takes that over reads the keys from its memory. ` +
    'An account of its own: sudo scripts/keyd/install.sh'
  );
}

/** Prints how the keys are and what to do. */
export function sayKeys(keys: KeysFound, terminal: Terminal): void {
  terminal.say(terminal.style(keys.state === 'READY' ? 'bold' : 'red', keysLine(keys)));
  const next = nextStep(keys);
  if (next) terminal.say(`  ${next}`);
  const keeper = keeperLine(keys);
  if (keeper) terminal.say(keys.keeper?.isSeparate ? keeper : `${terminal.style('yellow', '!')} ${keeper}`);
  for (const warning of keys.warnings) terminal.say(`${terminal.style('yellow', '!')} ${warning}`);
  if (keys.provider === 'vault' || keys.seal === null) return;
  const shares = keys.recoveryShares;
  if (shares)
    terminal.say(
      `Any ${shares.threshold} of ${shares.shares} recovery shares of ${shares.createdAt.slice(0, 10)} (set ${shares.setId.slice(0, setLetters)}) open it whatever its seal.`,
    );
  else
    terminal.say(
      `${terminal.style('yellow', '!')} There are no recovery shares: when the seal is lost, all data is. Make them with ./holdfast keys shares.`,
    );
}

/** Prints shares, once. */
export function sayShares(shares: readonly string[], needed: number, terminal: Terminal): void {
  terminal.say();
  for (const [index, share] of shares.entries()) terminal.say(`  ${index + 1}  ${terminal.style('bold', share)}`);
  terminal.say();
  terminal.say(`Any ${needed} of these ${shares.length} open the keystore. They are shown this once and kept nowhere.`);
  terminal.say('Write each on paper, give each to another person, and keep none on this machine nor beside its backups.');
}
