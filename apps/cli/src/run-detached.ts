import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import { environmentOfCaller } from '#manifest';
import type { ApplianceState } from '#supervisor';
import type { CommandContext } from './command.ts';

/** What the background supervisor tells the command that started it. */
export type DetachedMessage = { state: ApplianceState };

function failureOf(state: ApplianceState | undefined, logFile: string): HoldfastError {
  const { code, message, action } = state?.failure ?? {
    code: 'SUPERVISOR_VANISHED',
    message: 'The supervisor ended before the appliance was ready.',
    action: undefined,
  };
  return new HoldfastError(code, { kind: 'unavailable', message, action: action ?? `Its log is ${logFile}.` });
}

/** Starts the supervisor as a process of its own session, follows it until the appliance is ready, and leaves it running. Throws why it did not start. */
export async function superviseInBackground(
  { appliance }: CommandContext,
  onChange: (state: ApplianceState) => void,
): Promise<ApplianceState> {
  const logFile = join(appliance.paths.logs, 'supervisor.log');
  const log = openSync(logFile, 'a', 0o640);
  const child = spawn(process.execPath, [...process.execArgv, String(process.argv[1]), 'up', '--supervise'], {
    cwd: appliance.checkout,
    detached: true,
    env: environmentOfCaller(),
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  let last: ApplianceState | undefined;
  const outcome = await new Promise<'ready' | 'ended'>((settle) => {
    child.on('message', (message) => {
      last = (message as DetachedMessage).state;
      onChange(last);
      if (last.phase === 'ready') settle('ready');
    });
    child.on('error', () => settle('ended'));
    child.on('exit', () => settle('ended'));
  });
  if (outcome === 'ended' || !last) throw failureOf(last, logFile);
  child.disconnect();
  child.unref();
  return last;
}
