import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { stringify } from 'yaml';
import { AuditModule } from '#audit';
import { DatabaseModule, migrate, SystemDatabase, TenantDatabase } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { type Appliance, findCheckout, loadAppliance, type Manifest, ownFolders, readManifest } from '#manifest';
import { AssetTexts, IngestService, MediaModule, type OpenedSegment } from '#media';
import { QueueModule } from '#queue';
import { ObjectStore, StorageModule } from '#storage';
import {
  chooseServerUser,
  ensureProductDatabase,
  type PrivatePostgres,
  type PrivateRedis,
  startPrivatePostgres,
  startPrivateRedis,
} from '#supervisor';
import { type StartedKeystore, startKeystore } from '../../libs/testing/src/keystore-server.ts';
import { addOrganisation } from '../../libs/testing/src/organisations.ts';

/** An appliance of its own, with servers and a worker process that may be killed. */
export interface House {
  appliance: Appliance;
  organisation: TenantContext;
  store: ObjectStore;
  postgres: PrivatePostgres;
  redis: PrivateRedis;
  keystore: StartedKeystore;
  worker: ChildProcess | undefined;
  /** Starts the built worker; resolves when it takes jobs. */
  startWorker(): Promise<void>;
  /** Ends the worker by SIGKILL, with whatever it is doing. */
  killWorker(): Promise<void>;
  /** Asks the worker to stop; answers its exit code. */
  stopWorker(): Promise<number | null>;
  restartPostgres(): Promise<void>;
  restartRedis(how: 'stop' | 'kill'): Promise<void>;
  add(bytes: Uint8Array, name: string): Promise<string>;
  rows<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** All that an asset says. */
  texts(assetId: string): Promise<OpenedSegment[]>;
  /** Hashes of renditions whose bytes are not in the object store. */
  missingObjects(): Promise<string[]>;
  /** Waits until every job is done or dead. */
  settle(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Compiles the sources as the launcher does, so that the worker under test is the one that ships. */
export function buildWorker(): void {
  try {
    execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { cwd: findCheckout(), stdio: 'pipe' });
  } catch {
    // Types are checked elsewhere; what compiles is written all the same.
  }
}

export async function makeHouse(change: (manifest: Manifest) => void = () => {}): Promise<House> {
  const user = chooseServerUser();
  const home = mkdtempSync(join(user ? '/tmp' : tmpdir(), 'holdfast-fault-'));
  const config = join(findCheckout(), 'config');
  const manifest = readManifest(join(config, 'appliance.yaml'), join(config, 'profiles'));
  change(manifest);
  const manifestFile = join(home, 'appliance.yaml');
  writeFileSync(manifestFile, stringify(manifest));
  const environment = { HOLDFAST_HOME: home, HOLDFAST_MANIFEST: manifestFile };
  const appliance = loadAppliance(environment);
  for (const path of [...ownFolders(appliance), appliance.socketFolder]) mkdirSync(path, { recursive: true });
  if (user)
    for (const path of [home, appliance.socketFolder, appliance.paths.redis, appliance.paths.run])
      chownSync(path, user.uid, user.gid);
  const servers = await startServers(appliance, user, manifestFile);
  await ensureProductDatabase(appliance.socketFolder, appliance.databaseName);
  await migrate({ socketFolder: appliance.socketFolder, database: appliance.databaseName, user: 'hf_owner' });
  // Called by hand: measurements run this file as it is, and Node knows no decorators.
  class Door {}
  Module({ imports: [DatabaseModule.of(appliance), QueueModule, AuditModule, StorageModule, MediaModule] })(Door);
  const app = await NestFactory.createApplicationContext(Door, { logger: false, abortOnError: false });
  const organisation = await addOrganisation(app.get(SystemDatabase));
  const database = app.get(TenantDatabase);
  const rows = <Row extends Record<string, unknown>>(text: string, parameters?: unknown[]) =>
    runAs(organisation, () => database.run((sql) => sql.rows<Row>(text, parameters)));
  const house: House = {
    appliance,
    organisation,
    store: app.get(ObjectStore),
    worker: undefined,
    ...servers,
    startWorker: async () => {
      house.worker = await spawnWorker(appliance, environment);
    },
    killWorker: async () => {
      await end(house.worker, 'SIGKILL');
    },
    stopWorker: () => end(house.worker, 'SIGTERM'),
    restartPostgres: async () => {
      await house.postgres.stop();
      house.postgres = await startPostgres(appliance, user);
    },
    restartRedis: async (how) => {
      if (how === 'kill') house.redis.process.child.kill('SIGKILL');
      await (how === 'kill' ? house.redis.process.exited : house.redis.stop());
      house.redis = await startRedis(appliance, user);
    },
    add: (bytes, name) =>
      runAs(organisation, async () => {
        const stored = await app.get(ObjectStore).put(bytes);
        return (await app.get(IngestService).accept({ bytes: stored, name })).assetId;
      }),
    rows,
    texts: (assetId) => runAs(organisation, () => app.get(AssetTexts, { strict: false }).read(assetId)),
    missingObjects: async () => {
      const named = await rows<{ sha256: string }>(`SELECT DISTINCT encode(object_sha256, 'hex') AS sha256 FROM rendition`);
      const missing: string[] = [];
      for (const { sha256 } of named) {
        const isSound = await runAs(organisation, () => app.get(ObjectStore).verify(sha256)).catch(() => false);
        if (!isSound) missing.push(sha256);
      }
      return missing;
    },
    settle: async (seconds) => {
      const left = () => rows(`SELECT job, state, attempts, due_at, alive_at, error_message FROM outbox WHERE state <> 'dead'`);
      await until(async () => (await left()).length === 0, seconds).catch(async () => {
        const log = readFileSync(join(home, 'worker.log'), 'utf8').split('\n').slice(-30).join('\n');
        throw new Error(`Not settled within ${seconds} s: ${JSON.stringify(await left())}\n${log}`);
      });
    },
    close: async () => {
      await end(house.worker, 'SIGKILL');
      await app.close();
      await Promise.all([house.postgres.stop(), house.redis.stop(), house.keystore.stop()]);
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
      rmSync(appliance.socketFolder, { recursive: true, force: true });
    },
  };
  return house;
}

type Account = ReturnType<typeof chooseServerUser>;

async function startServers(
  appliance: Appliance,
  user: Account,
  manifestFile: string,
): Promise<Pick<House, 'postgres' | 'redis' | 'keystore'>> {
  const [postgres, redis, keystore] = await Promise.all([
    startPostgres(appliance, user),
    startRedis(appliance, user),
    startKeystore(appliance.home, { HOLDFAST_MANIFEST: manifestFile }),
  ]);
  return { postgres, redis, keystore };
}

function startPostgres({ home, paths, socketFolder, postgres }: Appliance, user: Account): Promise<PrivatePostgres> {
  const settings = { ...postgres, durable: true };
  return startPrivatePostgres({
    folder: paths.postgres,
    socketFolder,
    logFile: join(home, 'postgres.log'),
    settings,
    user,
    home,
  });
}

function startRedis({ home, paths, redisSocket, redis }: Appliance, user: Account): Promise<PrivateRedis> {
  const { maxMemoryMb } = redis;
  return startPrivateRedis({
    folder: paths.redis,
    socketPath: redisSocket,
    logFile: join(home, 'redis.log'),
    maxMemoryMb,
    durable: true,
    user,
    home,
  });
}

async function spawnWorker(appliance: Appliance, environment: Record<string, string>): Promise<ChildProcess> {
  const log = openSync(join(appliance.home, 'worker.log'), 'a');
  const worker = spawn(process.execPath, [join(appliance.checkout, 'dist/apps/worker/src/main.js')], {
    env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it was ready.`)));
  });
  return worker;
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<number | null> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill(signal);
  return exited;
}

export async function until(condition: () => Promise<boolean>, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    if (await condition().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It did not come true within ${seconds} s.`);
}
