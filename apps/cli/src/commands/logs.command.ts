import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import { defineCommand } from '../command.ts';
import { accountForUnits } from '../installed/turn-units.ts';
import { journalWords } from '../installed/unit-logs.ts';

const logs = defineCommand({
  name: 'logs',
  summary: 'Show the end of the logs, of all services or of one.',
  permission: 'local',
  account: accountForUnits,
  arguments: [{ notation: '[service]', summary: 'postgres, redis, keyd, api, supervisor, or a worker of the manifest' }],
  options: [
    { flags: '-n, --lines <count>', summary: 'lines of each log', default: '50' },
    { flags: '-f, --follow', summary: 'go on with what is written from now' },
  ],
  run: async ({ appliance }, input) => {
    const lines = Number(input.options.lines);
    if (!Number.isInteger(lines) || lines < 0)
      throw new HoldfastError('LOG_LINES_INVALID', {
        kind: 'invalid',
        message: `--lines is ${input.options.lines}, which is no count.`,
      });
    const service = input.arguments.service as string | undefined;
    const follow = input.options.follow === true;
    if (appliance.isRunBySystemd) return show('journalctl', await journalWords(appliance, service, { lines, follow }));
    const files = chooseLogs(appliance.paths.logs, service);
    return show('tail', ['-n', String(lines), ...(follow ? ['-F'] : []), '--', ...files]);
  },
});

function chooseLogs(folder: string, service: string | undefined): string[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];
  const wanted = service ? names.filter((name) => name === `${service}.log`) : names;
  if (wanted.length > 0) return wanted.sort().map((name) => join(folder, name));
  throw new HoldfastError('LOG_NOT_FOUND', {
    kind: 'not-found',
    message: service ? `There is no log of ${service} in ${folder}.` : `There are no logs in ${folder}.`,
    action:
      names.length > 0
        ? `There are logs of: ${names.map((name) => name.slice(0, -'.log'.length)).join(', ')}.`
        : 'Start with ./holdfast up.',
  });
}

function show(program: string, words: string[]): Promise<number> {
  return new Promise((settle, fail) => {
    const child = spawn(program, words, { stdio: 'inherit' });
    child.on('error', fail);
    child.on('exit', (code) => settle(code ?? 0));
  });
}

export const commands = [logs];
