import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAppliance } from '#manifest';
import {
  chooseServerUser,
  currentOsUser,
  identifyProcess,
  isRunning,
  type ProcessIdentity,
  startPrivatePostgres,
  startPrivateRedis,
} from '#supervisor';
import { startKeystore } from './keystore-server.ts';

/** Where the servers of a test run are. */
export interface TestServers {
  postgres: {
    /** Folder of the unix socket: `host` for node-postgres. */
    host: string;
  };
  redis: { path: string };
  /** Its unix socket. */
  keystore: { path: string };
}

/** Numbered Redis databases that tests may take, so that test files in parallel never see each other. */
export const redisDatabases = 512;

const prefix = 'holdfast-test-';

/** Removes folders of test runs that were killed; their servers died with them. */
function sweepLeftovers(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    try {
      const owner = JSON.parse(readFileSync(join(parent, name, 'owner.json'), 'utf8')) as ProcessIdentity;
      if (!isRunning(owner)) rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Being made right now, or somebody else's.
    }
  }
}

function makeFolder(parent: string, user: { uid: number; gid: number }): string {
  const folder = mkdtempSync(join(parent, prefix));
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(identifyProcess(process.pid)));
  mkdirSync(join(folder, 'redis'));
  mkdirSync(join(folder, 'run'));
  mkdirSync(join(folder, 'keystore'), { mode: 0o700 });
  for (const path of [folder, join(folder, 'redis'), join(folder, 'run')]) chownSync(path, user.uid, user.gid);
  return folder;
}

/**
 * Starts a throw-away PostgreSQL (fsync off), Redis and keystore in a temporary folder, the first two as an unprivileged account when called by root.
 * `stop` ends all and removes the folder; when the caller is killed instead, the kernel ends them.
 */
export async function startTestServers(): Promise<{ servers: TestServers; stop(): Promise<void> }> {
  const user = chooseServerUser();
  // The account must be able to walk to the folder, which it may not in root's own temporary folder.
  const parent = user ? '/tmp' : tmpdir();
  sweepLeftovers(parent);
  const folder = makeFolder(parent, user ?? currentOsUser());
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const common = { user, home: folder };
  const starting = [
    startPrivatePostgres({
      ...common,
      folder: join(folder, 'postgres'),
      socketFolder: join(folder, 'run'),
      logFile: join(folder, 'postgres.log'),
      settings: { sharedBuffersMb: 128, maintenanceWorkMemMb: 64, maxConnections: 200, durable: false },
    }),
    startPrivateRedis({
      ...common,
      folder: join(folder, 'redis'),
      socketPath: join(folder, 'run', 'redis.sock'),
      logFile: join(folder, 'redis.log'),
      maxMemoryMb: 256,
      databases: redisDatabases,
      durable: false,
    }),
    // One for all test appliances of the run.
    startKeystore(join(folder, 'keystore')),
  ];
  const started = await Promise.allSettled(starting);
  const stop = async () => {
    await Promise.all(started.map((result) => (result.status === 'fulfilled' ? result.value.stop() : undefined)));
    remove();
  };
  for (const result of started)
    if (result.status === 'rejected') {
      await stop();
      throw result.reason;
    }
  const run = join(folder, 'run');
  const keystore = { path: loadAppliance({ HOLDFAST_HOME: join(folder, 'keystore') }).keystoreSocket };
  return { servers: { postgres: { host: run }, redis: { path: join(run, 'redis.sock') }, keystore }, stop };
}
