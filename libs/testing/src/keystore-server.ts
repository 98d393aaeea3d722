import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environmentForChildren, findCheckout } from '#manifest';

/** A keystore process that a test started. */
export interface StartedKeystore {
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the keystore of a home from the sources, with the file seal unless the manifest says otherwise; resolves once it listens. */
export async function startKeystore(home: string, environment: Record<string, string> = {}): Promise<StartedKeystore> {
  const script = join(findCheckout(), 'apps/keyd/src/main.ts');
  // The death of the test ends it, too.
  const command = [
    '--pdeathsig',
    'SIGTERM',
    process.execPath,
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    script,
  ];
  const child = spawn('setpriv', command, {
    env: { ...environmentForChildren(), HOLDFAST_LOG_LEVEL: 'fatal', HOLDFAST_HOME: home, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The keystore ended with ${code} before it was ready.`)));
  });
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal);
    await ended;
  };
  return { kill: end('SIGKILL'), stop: end('SIGTERM') };
}
