import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
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
  const applied = await runner({
    databaseUrl: { host: target.socketFolder, port: target.port ?? 5432, database: target.database, user: target.user },
    dir: join(findCheckout(), 'libs', 'database', 'migrations'),
    direction: 'up',
    migrationsTable: 'schema_migration',
    count: Number.POSITIVE_INFINITY,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  return { applied: applied.map((migration) => migration.name) };
}
