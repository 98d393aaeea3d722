import type { Appliance } from '#manifest';

/** Where PostgreSQL is: a folder that holds its unix socket, the database, and the role to be. */
export interface ConnectionSettings {
  host: string;
  database: string;
  user: string;
  /** Connections this process may hold. */
  poolSize: number;
}

export type DatabaseRole = 'hf_app' | 'hf_system' | 'hf_owner';

/** How this process reaches the appliance's private PostgreSQL as the given role. */
export function connectionOf(appliance: Appliance, user: DatabaseRole): ConnectionSettings {
  return { host: appliance.socketFolder, database: appliance.databaseName, user, poolSize: appliance.postgres.poolSize };
}
