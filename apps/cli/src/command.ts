import type { Permission } from '#kernel';
import type { Appliance } from '#manifest';
import type { Terminal } from './terminal.ts';

/** What every command gets. */
export interface CommandContext {
  appliance: Appliance;
  terminal: Terminal;
  /** Whether only machine-readable output is wanted. */
  json: boolean;
}

type Value = string | boolean | string[] | undefined;

/** What stood on the command line, by the names that the command declared. */
export interface CommandInput {
  arguments: Record<string, string | string[] | undefined>;
  options: Record<string, Value>;
}

/** One command of the `holdfast` program as data. `--json` and `--help` come with every command. */
export interface Command {
  /** Words that call it, such as `users create-admin`. */
  name: string;
  summary: string;
  /** What it needs: a permission, which its context carries, or `local`, where being on the machine is enough. */
  permission: Permission | 'local';
  /** Positional arguments in commander's notation: `<folder>`, `[service]`, `<names...>`. */
  arguments?: { notation: string; summary: string }[];
  /** Options in commander's notation: `--email <email>`. */
  options?: { flags: string; summary: string; required?: boolean; hidden?: boolean; default?: string }[];
  /** Whose account it runs under when root calls it: the appliance's unprivileged one, unless it must read what is only the caller's. */
  account?: 'server' | 'caller' | ((appliance: Appliance) => 'server' | 'caller');
  /** Whether it runs also while the manifest describes no appliance, so as to repair it. */
  repairsManifest?: boolean;
  /** Whether it makes the data folder where there is none. */
  makesHome?: boolean;
  /** Does it; a number is the exit code, nothing means 0. Throws HoldfastError. */
  run(context: CommandContext, input: CommandInput): Promise<number | undefined>;
}

/** Declares a command. A file `commands/NAME.command.ts` exports as `commands` all whose first word is NAME. */
export function defineCommand(command: Command): Command {
  return command;
}

/** Exit codes of the program. */
export const exitCodes = { ok: 0, error: 1, usage: 2, notRunning: 3 } as const;
