import { type PostgresTuning, renderPostgresSizes } from '#manifest';
import type { OsUser } from './server-user.ts';

/** The superuser of the private server; only the supervisor connects as it. */
export const postgresSuperuser = 'postgres';

/** Roles of the product: the owner of the schema, what the api and workers are, and the few tables that precede an organisation. */
export const productRoles = ['hf_owner', 'hf_app', 'hf_system'] as const;

/** Sizes and durability of a private PostgreSQL. */
export interface PostgresSettings {
  sharedBuffersMb: number;
  maintenanceWorkMemMb: number;
  maxConnections: number;
  /** What follows from the budget of its workload; PostgreSQL's own defaults where there is none. */
  tuning?: PostgresTuning | undefined;
  /** False only for tests: a power cut may then lose everything. */
  durable: boolean;
}

const header = '# Written by Holdfast at every start: change config/appliance.yaml instead.\n';

/** `postgresql.conf`: reachable through the unix socket only. */
export function renderPostgresConfig(settings: PostgresSettings, socketFolder: string): string {
  const lines = {
    listen_addresses: `''`,
    unix_socket_directories: `'${socketFolder}'`,
    unix_socket_permissions: '0700',
    max_wal_size: '2GB',
    random_page_cost: 1.1,
    jit: 'off',
    timezone: `'UTC'`,
    log_timezone: `'UTC'`,
    log_line_prefix: `'%m [%p] %q%u@%d '`,
    log_lock_waits: 'on',
    idle_in_transaction_session_timeout: `'5min'`,
    ...(settings.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
  return `${header}${Object.entries(lines)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')}${renderPostgresSizes(settings)}`;
}

/** `pg_hba.conf`: whoever owns the socket's other end (SO_PEERCRED) is checked against the map, and nobody else gets in. */
export function renderAccessRules(): string {
  return `${header}local all all peer map=holdfast\n`;
}

/** `pg_ident.conf`: the account the appliance runs as, and root, may be each role of the product. */
export function renderAccountMap(user: OsUser): string {
  const accounts = [...new Set([user.name, 'root'])];
  const roles = [postgresSuperuser, ...productRoles];
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  return `${header}${accounts.flatMap((account) => roles.map((role) => `holdfast ${quoted(account)} ${role}\n`)).join('')}`;
}
