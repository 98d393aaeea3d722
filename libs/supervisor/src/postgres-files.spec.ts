import { expect, test } from 'vitest';
import { renderAccessRules, renderAccountMap, renderPostgresConfig } from './postgres-files.ts';

const settings = { sharedBuffersMb: 256, maintenanceWorkMemMb: 128, maxConnections: 60, durable: true };

test('the server listens on its socket only, for its own account only', () => {
  const config = renderPostgresConfig(settings, '/srv/holdfast/run');
  expect(config).toContain(`listen_addresses = ''\n`);
  expect(config).toContain(`unix_socket_directories = '/srv/holdfast/run'\n`);
  expect(config).toContain('unix_socket_permissions = 0700\n');
  expect(renderAccessRules()).toMatch(/^local all all peer map=holdfast$/m);
});

test('nothing that protects data is switched off outside tests', () => {
  expect(renderPostgresConfig(settings, '/run')).not.toMatch(/fsync|synchronous_commit|full_page_writes|autovacuum/);
  expect(renderPostgresConfig({ ...settings, durable: false }, '/run')).toContain('fsync = off');
});

test('only the appliance’s account and root may be the roles of the product', () => {
  const map = renderAccountMap({ name: 'media', uid: 1000, gid: 1000 });
  expect([...map.matchAll(/^holdfast "(\w+)" (\w+)$/gm)].map(([, account, role]) => `${account} ${role}`)).toEqual([
    'media postgres',
    'media hf_owner',
    'media hf_app',
    'media hf_system',
    'root postgres',
    'root hf_owner',
    'root hf_app',
    'root hf_system',
  ]);
});

test('an account name cannot break out of its quotes', () => {
  expect(renderAccountMap({ name: 'a" postgres', uid: 1, gid: 1 })).toContain('holdfast "a"" postgres" hf_app');
});

test('what follows from the budget of its workload is told to the server', () => {
  const tuning = {
    effectiveCacheSizeMb: 768,
    workMemKb: 2048,
    autovacuumWorkMemMb: 21,
    workerProcesses: 5,
    parallelWorkers: 4,
    parallelWorkersPerGather: 2,
  };
  const config = renderPostgresConfig({ ...settings, tuning }, '/run');
  expect(config).toContain('shared_buffers = 256MB\n');
  expect(config).toContain('work_mem = 2048kB\neffective_cache_size = 768MB\nautovacuum_work_mem = 21MB\n');
  expect(config).toContain('max_parallel_workers = 4\nmax_parallel_workers_per_gather = 2\n');
  expect(renderPostgresConfig(settings, '/run')).not.toContain('\nwork_mem');
});
