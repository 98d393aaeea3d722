import { loadAppliance, loadRepairableAppliance } from '#manifest';
import { type Command, type CommandInput, exitCodes } from './command.ts';
import { reportFailure } from './failure.ts';
import { Terminal } from './terminal.ts';

/** Runs one command under the right account and turns whatever it throws into a message and an exit code. */
export async function runCommand(command: Command, input: CommandInput): Promise<number> {
  const json = input.options.json === true;
  const terminal = new Terminal(json);
  try {
    const appliance = command.repairsManifest ? loadRepairableAppliance() : loadAppliance();
    const account = typeof command.account === 'function' ? command.account(appliance) : command.account;
    if (account !== 'caller' && process.getuid?.() === 0) {
      const { enterServerAccount } = await import('#supervisor');
      enterServerAccount(appliance, command.makesHome ? 'make' : 'as-it-is');
    }
    return (await command.run({ appliance, terminal, json }, input)) ?? exitCodes.ok;
  } catch (thrown) {
    return reportFailure(thrown, terminal, json);
  }
}
