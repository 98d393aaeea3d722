import type { Appliance } from '#manifest';

/** Where PostgreSQL is: a folder that holds its unix socket, the database, and the role to be. */
export interface ConnectionSettings {
  host: string;
  /** Part of that socket's name; 5432 unless said. */
  port?: number;
  database: string;
  user: string;
  /** Connections this process may hold. */
  poolSize: number;
}

export type DatabaseRole = 'hf_app' | 'hf_system' | 'hf_owner';

/** How this process reaches the appliance's PostgreSQL as the given role. */
export function connectionOf(appliance: Appliance, user: DatabaseRole): ConnectionSettings {
  const { socketFolder: host, databasePort: port, databaseName: database } = appliance;
  return { host, port, database, user, poolSize: appliance.postgres.poolSize };
}
