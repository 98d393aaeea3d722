import { addressOf } from '#supervisor';
import type { CommandContext } from './command.ts';
import { nextStep } from './keys/say-keys.ts';
import type { KeysFound } from './keys/with-keystore.ts';
import { runOwnCommand } from './own-command.ts';
import type { Terminal } from './terminal.ts';

/** Prints where the appliance is and, while it has no administrator, the one-time link that makes one. */
export async function announce({ appliance, terminal, json }: CommandContext, headline: string): Promise<void> {
  const address = addressOf(appliance);
  const [{ link }, keys] = await Promise.all([
    runOwnCommand<{ link: string | null }>(appliance, 'users', 'setup-link'),
    runOwnCommand<KeysFound>(appliance, 'keys', 'status'),
  ]);
  if (json) terminal.answer({ address, setupLink: link, keys });
  terminal.say();
  terminal.say(`${terminal.style('bold', headline)} ${terminal.style('cyan', address)}`);
  if (link) {
    terminal.say();
    terminal.say('It has no administrator yet. Open this link to become the first; it is good once, for 24 hours:');
    terminal.say(`  ${terminal.style('cyan', link)}`);
  }
  sayWhatKeysNeed(keys, terminal);
  terminal.say();
  const stop = appliance.isRunBySystemd
    ? 'sudo holdfast down. Logs: sudo holdfast logs'
    : `./holdfast down. Logs: ${appliance.paths.logs}`;
  terminal.say(terminal.style('dim', `Stop it with ${stop}`));
}

/** Only what somebody must do or know: keys that are open and sealed well are not worth a line. */
function sayWhatKeysNeed(keys: KeysFound, terminal: Terminal): void {
  if (keys.state !== 'READY') {
    terminal.say();
    terminal.say(`${terminal.style('yellow', '!')} The keys are ${keys.state}: nothing is stored, originals cannot be read.`);
    terminal.say(`  ${[keys.reason, nextStep(keys)].filter(Boolean).join(' ')}`);
  }
  for (const warning of keys.warnings) terminal.say(`\n${terminal.style('yellow', '!')} ${warning} See docs/guides/keys.md.`);
}
