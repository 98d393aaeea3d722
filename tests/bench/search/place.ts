import 'reflect-metadata';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AuditModule } from '#audit';
import { DatabaseModule, type DatabaseRole, migrate } from '#database';
import { loadAppliance, ownFolders } from '#manifest';
import { QueueModule } from '#queue';
import { SearchModule } from '#search';
import { chooseServerUser, ensureProductDatabase, startPrivatePostgres, startPrivateRedis } from '#supervisor';

/** Enough for the vectors and their graph, as on the reference box; the evaluation profile's 256 MB would measure the page cache. */
export const sharedBuffersMb = 1024;
const maintenanceWorkMemMb = 1024;

/** A database with the product's schema, and the product's services on it. */
export async function openPlace() {
  const user = chooseServerUser();
  const home = mkdtempSync(join(user ? '/tmp' : tmpdir(), 'hf-search-bench-'));
  const appliance = loadAppliance({ HOLDFAST_HOME: home });
  for (const path of [...ownFolders(appliance), appliance.socketFolder]) mkdirSync(path, { recursive: true });
  const own = [home, appliance.socketFolder, appliance.paths.redis, appliance.paths.run];
  if (user) for (const path of own) chownSync(path, user.uid, user.gid);
  const common = { user, home };
  const postgres = await startPrivatePostgres({
    ...common,
    folder: appliance.paths.postgres,
    socketFolder: appliance.socketFolder,
    logFile: join(home, 'postgres.log'),
    settings: { sharedBuffersMb, maintenanceWorkMemMb, maxConnections: 30, durable: false },
  });
  const redis = await startPrivateRedis({
    ...common,
    folder: appliance.paths.redis,
    socketPath: appliance.redisSocket,
    logFile: join(home, 'redis.log'),
    maxMemoryMb: 64,
    databases: 16,
    durable: false,
  });
  await ensureProductDatabase(appliance.socketFolder, appliance.databaseName);
  await migrate({ socketFolder: appliance.socketFolder, database: appliance.databaseName, user: 'hf_owner' });
  // Called by hand: measurements run as they are, and Node knows no decorators.
  class Bench {}
  Module({ imports: [DatabaseModule.of(appliance), QueueModule, AuditModule, SearchModule] })(Bench);
  const app = await NestFactory.createApplicationContext(Bench, { logger: ['error'], abortOnError: false });
  const clients: pg.Client[] = [];
  const statistics = new pg.Client({ host: appliance.socketFolder, database: appliance.databaseName, user: 'postgres' });
  await statistics.connect();
  return {
    app,
    /** A connection of its own. */
    connect: async (role: DatabaseRole | 'postgres') => {
      const client = new pg.Client({ host: appliance.socketFolder, database: appliance.databaseName, user: role });
      await client.connect();
      clients.push(client);
      return client;
    },
    /** Processor time of all connections of the product so far: steadier than the clock on a busy machine. */
    databaseProcessorMs: async () => {
      const { rows } = await statistics.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE usename = 'hf_app'`);
      return rows.reduce((sum, { pid }) => sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);
    },
    close: async () => {
      await statistics.end();
      await Promise.all(clients.map((client) => client.end()));
      await app.close();
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export type Place = Awaited<ReturnType<typeof openPlace>>;
