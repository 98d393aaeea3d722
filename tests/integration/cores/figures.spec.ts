import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCheckout, loadAppliance, profileFolder } from '#manifest';
import {
  askRedis,
  chooseServerUser,
  currentOsUser,
  postgresSuperuser,
  renderSystemFiles,
  startPrivatePostgres,
} from '#supervisor';

// Debian's servers with the files that the installer and holdfast-figures.service write: what they themselves say they run with.

const checkout = findCheckout();
const user = chooseServerUser() ?? currentOsUser();
let folder: string;
let running: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync('/tmp/holdfast-figures-');
  running = [];
  mkdirSync(join(folder, 'run'));
  for (const path of [folder, join(folder, 'run')]) chownSync(path, user.uid, user.gid);
});
afterEach(async () => {
  for (const child of running) await end(child);
  rmSync(folder, { recursive: true, force: true });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((settle) => child.once('exit', settle));
  child.kill('SIGINT');
  await ended;
}

/** What the program of the unit makes of a manifest with so much memory for both servers. */
function tell(postgresMb: number, redisMb: number): void {
  const manifest = join(folder, 'appliance.yaml');
  const budget = (mb: number) => `memory: { minMb: 16, highMb: ${mb}, maxMb: ${mb} }`;
  const text = `profile: ryzen-7950x-4090
services: { startedBy: systemd }
postgres: { maxConnections: 30 }
workloads:
  - { id: os, class: system, threads: 2 }
  - { id: postgresql, class: latency, threads: 4, ${budget(postgresMb)} }
  - { id: redis, class: latency, threads: 2, ${budget(redisMb)} }
  - { id: ml, class: throughput, threads: 2, ${budget(1024)} }
  - { id: video, class: noisy, threads: 4, ${budget(4096)} }
`;
  writeFileSync(manifest, text, { mode: 0o644 });
  const program = join(checkout, 'apps/agent/src/figures/main.ts');
  const words = [
    '--manifest',
    manifest,
    '--profiles',
    profileFolder(checkout),
    '--folder',
    join(folder, 'plan'),
    '--elsewhere',
  ];
  execFileSync(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', program, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** The installer's file, in this folder instead of Debian's. */
function installed(name: 'postgresql.conf' | 'redis.conf'): string {
  const appliance = loadAppliance({ HOLDFAST_HOME: folder, HOLDFAST_MANIFEST: join(folder, 'appliance.yaml') });
  const text = renderSystemFiles(appliance).find((file) => file.name === name)?.text ?? '';
  const here = text
    .replaceAll('/etc/holdfast-plan', join(folder, 'plan'))
    .replaceAll(/\/run\/(postgresql|redis)/g, join(folder, 'run'));
  const file = join(folder, name);
  writeFileSync(file, here, { mode: 0o644 });
  return file;
}

function start(command: string, ...words: string[]): ChildProcess {
  const account =
    process.getuid?.() === 0 ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : ['--no-new-privs'];
  const child = spawn('setpriv', [...account, '--', command, ...words], { cwd: folder, stdio: 'ignore' });
  running.push(child);
  return child;
}

async function show(names: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const client = new Client({ host: join(folder, 'run'), user: postgresSuperuser, database: 'postgres' });
  await client.connect();
  for (const name of names) found[name] = (await client.query(`SHOW ${name}`)).rows[0][name];
  await client.end();
  return found;
}

test('PostgreSQL has the figures of the manifest that is in force when it starts, and Redis has its own', async () => {
  tell(768, 100);
  const { programs } = await dataFolder();
  const names = ['shared_buffers', 'maintenance_work_mem', 'max_connections', 'max_parallel_workers', 'jit'];
  const conf = installed('postgresql.conf');
  const startPostgres = () => start(programs, '-D', join(folder, 'data'), '-c', `config_file=${conf}`, '-c', 'fsync=off');
  let server = startPostgres();
  await expect
    .poll(() => show(names).catch(String), { timeout: 60_000 })
    .toEqual({
      ...{
        shared_buffers: '192MB',
        maintenance_work_mem: '48MB',
        max_connections: '30',
        max_parallel_workers: '4',
        jit: 'off',
      },
    });

  // The budget changes; the server has the new figures once it has started anew.
  tell(512, 100);
  await end(server);
  server = startPostgres();
  await expect.poll(() => show(['shared_buffers']).catch(String), { timeout: 60_000 }).toEqual({ shared_buffers: '128MB' });
  await end(server);

  const socket = join(folder, 'run/redis-server.sock');
  const startRedis = () => start('redis-server', installed('redis.conf'), '--dir', folder);
  const redis = startRedis();
  const maxmemory = () => askRedis(socket, 'INFO', 'memory').catch(String);
  await expect.poll(maxmemory, { timeout: 30_000 }).toContain(`maxmemory:${80 * 1_048_576}\r\n`);
  expect(await maxmemory()).toContain('maxmemory_policy:noeviction');
  tell(512, 200);
  await end(redis);
  startRedis();
  await expect.poll(maxmemory, { timeout: 30_000 }).toContain(`maxmemory:${160 * 1_048_576}\r\n`);
});

/** Data to start with, and the program that fits it. */
async function dataFolder(): Promise<{ programs: string }> {
  const made = await startPrivatePostgres({
    ...{ folder: join(folder, 'data'), socketFolder: join(folder, 'run'), logFile: join(folder, 'made.log'), home: folder },
    ...{ settings: { sharedBuffersMb: 16, maintenanceWorkMemMb: 16, maxConnections: 20, durable: false }, user },
  });
  await made.stop();
  return { programs: `/usr/lib/postgresql/${made.version}/bin/postgres` };
}
