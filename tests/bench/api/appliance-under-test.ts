import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { migrate } from '#database';
import { findCheckout } from '#manifest';
import { ensureProductDatabase } from '#supervisor';
import { startKeystore } from '../../../libs/testing/src/keystore-server.ts';
import { startTestServers } from '../../../libs/testing/src/servers.ts';

/** The built API over throw-away servers, with one signed-in administrator. */
export interface RunningApi {
  address: string;
  cookie: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** A port that nobody listens on at present. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts a Node program on some cores (the first unless said) and waits until it says that it is ready. */
export async function startPinned(
  file: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  cores = '0',
): Promise<ChildProcess> {
  const child = fork(file, args, {
    execPath: '/usr/bin/taskset',
    execArgv: ['-c', cores, process.execPath],
    env: {
      ...environment,
      PATH: process.env.PATH,
      ...(process.env.PROFILE ? { NODE_OPTIONS: '--cpu-prof --cpu-prof-dir=/tmp/prof' } : {}),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready.`)));
  });
  return child;
}

/** Starts the API of `dist/` (run `npm run build` first) and signs an administrator in. */
export async function startApi(cores = '0'): Promise<RunningApi> {
  const { servers, stop } = await startTestServers();
  const home = dirname(servers.postgres.host);
  await ensureProductDatabase(servers.postgres.host, 'holdfast');
  await migrate({ socketFolder: servers.postgres.host, database: 'holdfast', user: 'hf_owner' });
  const keystore = await startKeystore(home);
  const port = await freePort();
  const environment = { HOLDFAST_HOME: home, HOLDFAST_PORT: String(port), HOLDFAST_LOG_LEVEL: 'error' };
  const child = await startPinned(join(findCheckout(), 'dist/apps/api/src/main.js'), [], environment, cores);
  const address = `http://127.0.0.1:${port}`;
  const stopAll = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    await keystore.stop();
    await stop();
  };
  return { address, cookie: await signIn(address, servers.postgres.host), process: child, stop: stopAll };
}

async function signIn(address: string, socketFolder: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const client = new pg.Client({ host: socketFolder, database: 'holdfast', user: 'hf_system' });
  await client.connect();
  const hash = createHash('sha256').update(token).digest();
  await client.query(`INSERT INTO setup_link VALUES ($1, now(), now() + interval '1 hour')`, [hash]);
  await client.end();
  const answer = await fetch(`${address}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-holdfast-request': '1' },
    body: JSON.stringify({
      token,
      organisationName: 'Bench',
      displayName: 'Bench',
      email: 'bench@example.org',
      password: 'a password of length',
    }),
  });
  if (answer.status !== 201) throw new Error(`Setting up answered ${answer.status}: ${await answer.text()}`);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
}
