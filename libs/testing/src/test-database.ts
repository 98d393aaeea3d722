import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type ConnectionSettings, type DatabaseRole, migrate } from '#database';
import { askRedis, asSuperuser, ensureProductDatabase } from '#supervisor';
import type {} from './servers.setup.ts';
import { redisDatabases } from './servers.ts';

const template = 'holdfast_template';
/** Any number: test files in parallel agree on it, and the first makes the template. */
const templateLock = 7_301_950;

/** A migrated database of its own for one test file. */
export interface TestDatabase {
  /** Folder of the server's unix socket. */
  host: string;
  name: string;
  /** Settings for `TenantDatabase`, `SystemDatabase` or a node-postgres client; `hf_app` unless said. */
  connectAs(user?: DatabaseRole): ConnectionSettings;
  /** Ends all connections to it and removes it; optional, because the whole server goes after the run. */
  drop(): Promise<void>;
}

async function ensureTemplate(host: string): Promise<void> {
  await asSuperuser(host, 'postgres', async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1 AND NOT datallowconn', [template]);
    if (rowCount) return;
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await ensureProductDatabase(host, template);
    await migrate({ socketFolder: host, database: template, user: 'hf_owner' });
    await client.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
  });
}

/** Clones the migrated template. Needs a project with `servers.setup.ts` (tests/integration, faults, security, e2e). */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { host } = inject('servers').postgres;
  await ensureTemplate(host);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(host, 'postgres', (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER hf_owner`));
  return {
    host,
    name,
    connectAs: (user = 'hf_app') => ({ host, database: name, user, poolSize: 4 }),
    drop: async () => {
      await asSuperuser(host, 'postgres', (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** An empty numbered database of the run's Redis that no other test file uses. */
export async function createTestRedis(): Promise<{ path: string; db: number }> {
  const { path } = inject('servers').redis;
  const taken = Number(await askRedis(path, 'INCR', 'holdfast:databases-taken'));
  if (taken >= redisDatabases) throw new Error(`Tests have taken all ${redisDatabases} Redis databases of this run.`);
  return { path, db: taken };
}
