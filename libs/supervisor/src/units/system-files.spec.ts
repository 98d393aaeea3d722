import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadAppliance } from '#manifest';
import { renderSystemFiles } from './system-files.ts';
import { instanceOf, unitsOf } from './unit-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An appliance that systemd runs, with what a test says beside that. */
function installed(more = '', profile = 'ryzen-7950x-4090') {
  const manifest = join(folder, 'appliance.yaml');
  writeFileSync(manifest, `profile: ${profile}\nservices:\n  startedBy: systemd\n  nginx: { names: [box.test] }\n${more}`);
  return loadAppliance({ HOLDFAST_HOME: '/var/lib/holdfast', HOLDFAST_MANIFEST: manifest });
}

function text(name: string, appliance = installed()): string {
  return renderSystemFiles(appliance).find((file) => file.name === name)?.text ?? '';
}

test('an appliance that systemd runs has its sockets where Debian has them', () => {
  expect(installed()).toMatchObject({
    isRunBySystemd: true,
    socketFolder: '/run/postgresql',
    databasePort: 5432,
    redisSocket: '/run/redis/redis-server.sock',
    keystoreSocket: '/run/holdfast-keyd/keyd.sock',
    keys: { socket: '/run/holdfast-keyd/keyd.sock' },
    paths: { run: '/run/holdfast-app', scratch: '/var/lib/holdfast/scratch' },
  });
});

test('only the account of the units may be the product in the database', () => {
  expect(text('pg_hba.conf')).toBe(
    'local holdfast hf_owner,hf_app,hf_system peer map=holdfast\nlocal all hf_owner,hf_app,hf_system reject\n',
  );
  expect(text('pg_ident.conf')).toBe('holdfast holdfast hf_owner\nholdfast holdfast hf_app\nholdfast holdfast hf_system\n');
});

test('neither PostgreSQL nor Redis listens on the network', () => {
  expect(text('postgresql.conf')).toContain("listen_addresses = ''\n");
  expect(text('redis.conf')).toContain('port 0\nunixsocket /run/redis/redis-server.sock\nunixsocketperm 770\n');
});

test('figures that follow from budgets are read from a folder of root, where each start writes them anew', () => {
  expect(text('postgresql.conf')).toMatch(/\ninclude_if_exists = '\/etc\/holdfast-plan\/postgresql.conf'\n$/);
  expect(text('redis.conf')).toMatch(/\ninclude \/etc\/holdfast-plan\/redis.conf\n$/);
  expect(`${text('postgresql.conf')}${text('redis.conf')}`).not.toMatch(/shared_buffers|maxmemory/);
});

test('the site speaks TLS 1.3 alone, says who asks, and keeps the metrics to the machine', () => {
  const site = text('nginx.conf');
  expect(site).toContain('listen 443 ssl default_server;');
  expect(site).toContain('ssl_protocols TLSv1.3;');
  expect(site).toContain('location /metrics { return 404; }');
  expect(site).toContain('location = /metrics/nginx { stub_status; allow 127.0.0.1; allow ::1; deny all; }');
  expect(site.match(/X-Forwarded-For \$remote_addr;/g)).toHaveLength(2);
  expect(site).not.toContain('proxy_add_x_forwarded_for');
});

test('the installer learns which workers and tiers there are', () => {
  expect(text('facts').split('\n')).toEqual(
    expect.arrayContaining([
      "database_unit='postgresql@17-main.service'",
      "workers='media inference storage general'",
      "tiers='/srv/holdfast/hot /srv/holdfast/warm /srv/holdfast/cold'",
    ]),
  );
});

test('a service is a unit, and a worker an instance of its template', () => {
  expect(instanceOf('holdfast-worker@.service', 'media')).toBe('holdfast-worker@media.service');
  expect(unitsOf(installed()).map(({ unit }) => unit)).toEqual([
    'postgresql@17-main.service',
    'redis-server.service',
    'holdfast-keyd.service',
    'holdfast-agent.service',
    'holdfast-api.service',
    ...['media', 'inference', 'storage', 'general'].map((name) => `holdfast-worker@${name}.service`),
    'nginx.service',
  ]);
});
