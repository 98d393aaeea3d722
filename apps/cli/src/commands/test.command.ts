import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { defineCommand } from '../command.ts';

const test = defineCommand({
  name: 'test',
  summary: 'Run every check and test of this checkout.',
  permission: 'local',
  // Tests choose accounts for their servers themselves.
  account: 'caller',
  run: ({ appliance }) =>
    new Promise<number>((settle, fail) => {
      const script = join(appliance.checkout, 'scripts', 'test.ts');
      const child = spawn(process.execPath, [script], { cwd: appliance.checkout, stdio: 'inherit' });
      child.on('error', fail);
      child.on('exit', (code) => settle(code ?? 1));
    }),
});

export const commands = [test];
