import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { findCheckout } from '#manifest';

export interface MigrationTarget {
  /** Folder of the server's unix socket. */
  socketFolder: string;
  /** Part of that socket's name; 5432 unless said. */
  port?: number;
  database: string;
  user: string;
}

/** Brings the schema up to date, one process at a time (advisory lock). Answers the names of what it applied. */
export async function migrate(target: MigrationTarget): Promise<{ applied: string[] }> {
  // A connection of our own: the runner does not wait for its own to close, and a server that stops then ends the process by an unheard error.
  const client = new pg.Client({
    host: target.socketFolder,
    port: target.port ?? 5432,
    database: target.database,
    user: target.user,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    const applied = await runner({
      dbClient: client,
      dir: join(findCheckout(), 'libs', 'database', 'migrations'),
      direction: 'up',
      migrationsTable: 'schema_migration',
      count: Number.POSITIVE_INFINITY,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    return { applied: applied.map((migration) => migration.name) };
  } finally {
    await client.end();
  }
}
