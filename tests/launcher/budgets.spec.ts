import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Appliance, loadAppliance } from '#manifest';
import { askRedis } from '#supervisor';
import { SupervisorWorld } from './supervisor-world.ts';

// What the plan says is what the servers themselves say they run with.

let world: SupervisorWorld;
beforeEach(async () => {
  world = await SupervisorWorld.create();
});
afterEach(() => world.close());

/** A small machine whose figures all follow from its budgets. */
const small = `profile: ryzen-7950x-4090
keys: { socket: /nowhere/keyd.sock }
workloads:
  - { id: os, class: system, threads: 2 }
  - { id: postgresql, class: latency, threads: 4, memory: { minMb: 128, highMb: 700, maxMb: 768 } }
  - { id: redis, class: latency, threads: 2, memory: { minMb: 32, highMb: 90, maxMb: 100 } }
  - { id: ml, class: throughput, threads: 2, memory: { minMb: 64, highMb: 900, maxMb: 1024 } }
  - { id: video, class: noisy, threads: 4, memory: { minMb: 64, highMb: 3000, maxMb: 4096 } }
`;

async function show(appliance: Appliance, names: readonly string[]): Promise<Record<string, string>> {
  const client = new Client({ host: appliance.socketFolder, user: 'hf_owner', database: 'holdfast' });
  await client.connect();
  try {
    const found: Record<string, string> = {};
    for (const name of names) found[name] = (await client.query(`SHOW ${name}`)).rows[0][name];
    return found;
  } finally {
    await client.end();
  }
}

test('PostgreSQL and Redis run with the figures of the plan', async () => {
  const manifest = join(world.folder, 'appliance.yaml');
  writeFileSync(manifest, small, { mode: 0o644 });
  world.manifest = manifest;
  const { state } = await world.start();
  expect(state()?.phase).toBe('ready');
  const appliance = loadAppliance(world.environment());
  const told = await show(appliance, [
    'shared_buffers',
    'work_mem',
    'effective_cache_size',
    'maintenance_work_mem',
    'autovacuum_work_mem',
    'max_parallel_workers',
    'max_parallel_workers_per_gather',
  ]);
  expect(told).toEqual({
    shared_buffers: '192MB',
    work_mem: `${appliance.postgres.tuning?.workMemKb}kB`,
    effective_cache_size: '576MB',
    maintenance_work_mem: '48MB',
    autovacuum_work_mem: '16MB',
    max_parallel_workers: '4',
    max_parallel_workers_per_gather: '2',
  });
  expect(await askRedis(appliance.redisSocket, 'INFO', 'memory')).toContain(`maxmemory:${80 * 1_048_576}\r\n`);
  expect(appliance.settingObstacles).toEqual([]);
});
