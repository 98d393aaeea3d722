import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findCheckout } from '#manifest';

/** Starts the host agent on a made-up machine, as a process of its own. */
export async function startBoxAgent(folder: string): Promise<ChildProcess> {
  const child = fork(join(findCheckout(), 'apps/agent/src/testing/agent.child.ts'), [folder], {
    execArgv: ['--conditions=source'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The agent ended with ${code}.`);
    }),
  ]);
  return child;
}

/** Ends it, as systemd would or as a power cut would. */
export async function endBoxAgent(child: ChildProcess | undefined, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
