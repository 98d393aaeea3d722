import { expect, test } from 'vitest';
import { permissions } from '#kernel';
import type { Command, CommandInput } from './command.ts';
import { loadCommands } from './command-catalogue.ts';
import { buildProgram, isCommanderEnd } from './program.ts';

async function parse(commands: Command[], ...words: string[]): Promise<{ name: string; input: CommandInput }[]> {
  const called: { name: string; input: CommandInput }[] = [];
  const program = buildProgram(commands, '1.2.3', async (command, input) => {
    called.push({ name: command.name, input });
  });
  program.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const group of program.commands) {
    group.configureOutput({ writeErr: () => {}, writeOut: () => {} });
    for (const command of group.commands) command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
  }
  await program.parseAsync(['node', 'holdfast', ...words]);
  return called;
}

test('every command names the permission it needs, or that being on the machine is enough', async () => {
  const commands = await loadCommands(undefined);
  expect(commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['up', 'down', 'status', 'test', 'users create-admin']),
  );
  for (const { permission } of commands) expect(['local', ...permissions]).toContain(permission);
});

test('only the called group of commands is loaded', async () => {
  const commands = await loadCommands('status');
  expect(commands.map(({ name }) => name)).toEqual(['status']);
});

test('arguments and options arrive under the names that the command declared', async () => {
  const commands = await loadCommands('logs');
  const [call] = await parse(commands, 'logs', 'api', '--lines', '7', '--follow', '--json');
  expect(call).toEqual({
    name: 'logs',
    input: { arguments: { service: 'api' }, options: { lines: '7', follow: true, json: true } },
  });
});

test.each([
  ['an unknown command', ['nonsense']],
  ['an unknown option', ['users', 'create-admin', '--what']],
  ['a missing option', ['users', 'create-admin', '--email', 'a@example.org']],
  ['too many arguments', ['logs', 'api', 'worker']],
])('%s is a usage error', async (_, words) => {
  const outcome = await parse(await loadCommands(undefined), ...words).catch((error: unknown) => error);
  expect(isCommanderEnd(outcome)).toBe(true);
});
