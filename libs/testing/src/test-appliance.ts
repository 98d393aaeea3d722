import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Appliance, loadAppliance, ownFolders } from '#manifest';
import type {} from './servers.setup.ts';
import { createTestDatabase, createTestRedis } from './test-database.ts';

/** An appliance of its own for one test file: empty home, migrated database, empty Redis, any free port. */
export async function createTestAppliance(): Promise<{ appliance: Appliance; remove(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-home-'));
  const [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  const appliance = loadAppliance({ HOLDFAST_HOME: home });
  for (const path of ownFolders(appliance)) mkdirSync(path, { recursive: true });
  Object.assign(appliance, {
    socketFolder: database.host,
    databaseName: database.name,
    redisSocket: redis.path,
    redisDatabase: redis.db,
    keystoreSocket: inject('servers').keystore.path,
  });
  appliance.listen.port = 0;
  return {
    appliance,
    remove: async () => {
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
