import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import type { Command, CommandInput } from './command.ts';

/** Runs a command with what stood on the command line. */
export type Dispatch = (command: Command, input: CommandInput) => Promise<void>;

function attach(parent: CommanderCommand, command: Command, dispatch: Dispatch): void {
  const words = command.name.split(' ');
  const last = words.pop() ?? command.name;
  let holder = parent;
  for (const word of words)
    holder = holder.commands.find((known) => known.name() === word) ?? prepare(holder.command(word).summary(`${word} …`));
  const made = prepare(holder.command(last).description(command.summary));
  for (const { notation, summary } of command.arguments ?? []) made.argument(notation, summary);
  for (const { flags, summary, required, hidden, default: preset } of command.options ?? []) {
    const option = new Option(flags, summary).makeOptionMandatory(required ?? false).hideHelp(hidden ?? false);
    made.addOption(preset === undefined ? option : option.default(preset));
  }
  made.option('--json', 'print machine-readable output only');
  made.action(async (...received: unknown[]) => {
    const names = made.registeredArguments.map((argument) => argument.name());
    const entries = names.map((name, index) => [name, received[index] as string | string[] | undefined]);
    await dispatch(command, { arguments: Object.fromEntries(entries), options: made.opts() });
  });
}

function prepare(command: CommanderCommand): CommanderCommand {
  return command.exitOverride().showHelpAfterError(false).configureHelp({ sortSubcommands: true });
}

/** The `holdfast` program for commander. */
export function buildProgram(commands: Command[], version: string, dispatch: Dispatch): CommanderCommand {
  const program = prepare(new CommanderCommand('holdfast'))
    .description('The media-intelligence appliance that you own.')
    .version(version, '--version', 'print the version')
    .helpCommand(false);
  for (const command of commands) attach(program, command, dispatch);
  return program;
}

/** Whether commander ended the run by itself: after printing help or the version, or because of a usage error it has printed. */
export function isCommanderEnd(thrown: unknown): thrown is CommanderError {
  return thrown instanceof CommanderError;
}
