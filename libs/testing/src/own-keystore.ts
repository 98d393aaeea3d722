import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCheckout } from '#manifest';

/** Accounts that no machine has: the keystore's, the appliance's, which is in the keystore's group, and somebody else's. */
export const ownKeystoreAccounts = {
  keyd: { uid: 64_001, gid: 64_001, groups: [] },
  api: { uid: 64_002, gid: 64_002, groups: [64_001] },
  stranger: { uid: 64_003, gid: 64_003, groups: [] },
};
type Account = (typeof ownKeystoreAccounts)[keyof typeof ownKeystoreAccounts];

/** The keystore as its unit runs it: its program in one file, under an account of its own. */
export interface OwnKeystore {
  pid: number;
  folder: string;
  socketPath: string;
  log(): string;
  /** Runs a line of JavaScript under an account and answers what it printed. */
  runAs(account: Account, script: string): string;
  stop(): Promise<void>;
}

function setprivWords({ uid, gid, groups }: Account): string[] {
  const others = groups.length > 0 ? `--groups=${groups.join(',')}` : '--clear-groups';
  return [`--reuid=${uid}`, `--regid=${gid}`, others, '--no-new-privs'];
}

/** Starts a keystore under an account of its own, with the words that its unit uses. Needs root. */
export async function startOwnKeystore(): Promise<OwnKeystore> {
  const house = mkdtempSync(join(tmpdir(), 'holdfast-own-keystore-'));
  chmodSync(house, 0o755);
  const [node, program] = [join(house, 'node'), join(house, 'keyd.mjs')];
  copyFileSync(process.execPath, node);
  chmodSync(node, 0o711);
  execFileSync(process.execPath, [join(findCheckout(), 'scripts/keyd/bundle.ts'), program], { stdio: 'inherit' });
  const { keyd } = ownKeystoreAccounts;
  const folderFor = (name: string, mode: number) => {
    const folder = join(house, name);
    mkdirSync(folder);
    chmodSync(folder, mode);
    chownSync(folder, keyd.uid, keyd.gid);
    return folder;
  };
  const folder = folderFor('state', 0o700);
  const socketPath = join(folderFor('run', 0o750), 'keyd.sock');
  const words = ['--folder', folder, '--socket', socketPath, '--group'];
  // By way of a shell: setpriv starts programs while it still may read everything, and what its account cannot read cannot be traced by it.
  const shell = ['/bin/sh', '-c', 'exec "$0" "$@"', node, '--jitless', program, ...words];
  const child = spawn('setpriv', ['--pdeathsig=KILL', ...setprivWords(keyd), ...shell], {
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece) => (text += piece));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(house, { recursive: true, force: true });
  };
  for (let tries = 0; !existsSync(socketPath); tries++) {
    if (child.exitCode !== null || tries === 400) {
      await stop();
      throw new Error(`The keystore did not start:\n${text}`);
    }
    await sleep(50);
  }
  const runAs = (account: Account, script: string) =>
    execFileSync('setpriv', [...setprivWords(account), node, '-e', script], { cwd: '/', env: {}, encoding: 'utf8' }).trim();
  return { pid: Number(child.pid), folder, socketPath, log: () => text, runAs, stop };
}
