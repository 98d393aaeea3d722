import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentForChildren, findCheckout, loadAppliance } from '#manifest';

/** The keystore as the process that an appliance runs, from its sources. */
export interface KeystoreProcess {
  child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** Ends it, by SIGTERM unless said, and answers how it ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A home for keystore processes, and the socket and store that lie in it. */
export interface KeystoreHome {
  home: string;
  socketPath: string;
  folder: string;
  /** Starts a process on this home; settles when it listens or has ended. */
  start(): Promise<KeystoreProcess>;
  /** Removes it, and ends what a failed test has left running. */
  remove(): void;
}

async function startProcess(home: string): Promise<KeystoreProcess> {
  const child = spawn(process.execPath, ['--conditions=source', join(findCheckout(), 'apps/keyd/src/main.ts')], {
    env: { ...environmentForChildren(), HOLDFAST_HOME: home, HOLDFAST_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (piece) => (text += piece));
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  await Promise.race([once(child, 'message'), exited]);
  return {
    child,
    log: () => text,
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Makes an empty home for keystore processes. */
export function makeKeystoreHome(): KeystoreHome {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-keyd-'));
  mkdirSync(join(home, 'secrets'), { mode: 0o700 });
  const started: KeystoreProcess[] = [];
  return {
    home,
    socketPath: loadAppliance({ HOLDFAST_HOME: home }).keystoreSocket,
    folder: join(home, 'secrets', 'keystore'),
    start: async () => {
      const made = await startProcess(home);
      started.push(made);
      return made;
    },
    remove: () => {
      for (const { child } of started) child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
