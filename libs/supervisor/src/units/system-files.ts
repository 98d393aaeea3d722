import type { Appliance } from '#manifest';
import { productRoles } from '../postgres-files.ts';
import { renderNginxSite } from './nginx-site.ts';

/** A piece of configuration of a server of Debian's, by the name under which the installer takes it. */
export interface SystemFile {
  name: string;
  text: string;
}

const header = '# Written by Holdfast (scripts/box/install.sh): change /etc/holdfast/appliance.yaml instead.';

/** Where the figures that follow from budgets are, written before each start: holdfast-figures.service. */
const figures = '/etc/holdfast-plan';

/** Lines for `conf.d` of the cluster. */
function postgresSettings({ services }: Appliance): string {
  const values = {
    listen_addresses: `''`,
    unix_socket_directories: `'${services.postgresql.socket}'`,
    port: services.postgresql.port,
    max_wal_size: `'2GB'`,
    random_page_cost: 1.1,
    // Nothing listens on the network, and a certificate that does not fit would keep it from starting.
    ssl: 'off',
    jit: 'off',
    timezone: `'UTC'`,
    log_timezone: `'UTC'`,
    log_lock_waits: 'on',
    idle_in_transaction_session_timeout: `'5min'`,
  };
  const told = Object.entries(values).map(([name, value]) => `${name} = ${value}`);
  return lines(header, ...told, `include_if_exists = '${figures}/postgresql.conf'`);
}

/** The first lines of `pg_hba.conf`: the roles of the product are for the account of the units, which the kernel names (SO_PEERCRED). */
function accessRules({ databaseName }: Appliance): string {
  return lines(
    `local ${databaseName} ${productRoles.join(',')} peer map=holdfast`,
    `local all ${productRoles.join(',')} reject`,
  );
}

function accountMap({ services }: Appliance): string {
  const accounts = [...new Set([services.api.user, services.workers.user])];
  return lines(...accounts.flatMap((account) => productRoles.map((role) => `holdfast ${account} ${role}`)));
}

function redisSettings({ redisSocket }: Appliance): string {
  return lines(
    header,
    'port 0',
    `unixsocket ${redisSocket}`,
    // Its group may connect; the account of the units belongs to it.
    'unixsocketperm 770',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    `include ${figures}/redis.conf`,
  );
}

/** What the installer must know, as a shell reads it; the manifest's schema leaves no character in these values that a shell would take amiss. */
function facts(appliance: Appliance): string {
  const { services, workers, tiers, keys, home } = appliance;
  const values = {
    database_unit: services.postgresql.unit,
    database_account: services.postgresql.user,
    redis_unit: services.redis.unit,
    redis_account: services.redis.user,
    account: services.api.user,
    workers: workers.map(({ name }) => name).join(' '),
    tiers: tiers
      .map(({ path }) => path)
      .filter((path) => !path.startsWith(`${home}/`))
      .join(' '),
    keystore: keys.provider,
    nginx_unit: services.nginx.unit,
  };
  return lines(...Object.entries(values).map(([name, value]) => `${name}='${value}'`));
}

/** What the servers of Debian need so as to serve an appliance that systemd runs, from its manifest alone: same manifest, same bytes. */
export function renderSystemFiles(appliance: Appliance): SystemFile[] {
  return [
    { name: 'facts', text: facts(appliance) },
    { name: 'nginx.conf', text: lines(header, ...renderNginxSite(appliance)) },
    { name: 'pg_hba.conf', text: accessRules(appliance) },
    { name: 'pg_ident.conf', text: accountMap(appliance) },
    { name: 'postgresql.conf', text: postgresSettings(appliance) },
    { name: 'redis.conf', text: redisSettings(appliance) },
  ];
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
