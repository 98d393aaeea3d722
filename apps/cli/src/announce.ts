import { addressOf } from '#supervisor';
import type { CommandContext } from './command.ts';
import { runOwnCommand } from './own-command.ts';

/** Prints where the appliance is and, while it has no administrator, the one-time link that makes one. */
export async function announce({ appliance, terminal, json }: CommandContext, headline: string): Promise<void> {
  const address = addressOf(appliance);
  const { link } = await runOwnCommand<{ link: string | null }>(appliance, 'users', 'setup-link');
  if (json) terminal.answer({ address, setupLink: link });
  terminal.say();
  terminal.say(`${terminal.style('bold', headline)} ${terminal.style('cyan', address)}`);
  if (link) {
    terminal.say();
    terminal.say('It has no administrator yet. Open this link to become the first; it is good once, for 24 hours:');
    terminal.say(`  ${terminal.style('cyan', link)}`);
  }
  terminal.say();
  terminal.say(terminal.style('dim', `Stop it with ./holdfast down. Logs: ${appliance.paths.logs}`));
}
