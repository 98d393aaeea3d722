import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workerFiguresKey } from '#allocation';
import { MachinePaths } from '#cores-http';
import { profileFolder, readManifest, settleFigures } from '#manifest';
import { EventPublisher } from '#queue';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';

let world: ApiWorld;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-memory-'));
  world = await makeApiWorld((appliance) => {
    const profiles = profileFolder(appliance.checkout);
    const reference = settleFigures(readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles));
    const { workloads, settings, workers, parsers, inference } = reference;
    const postgres = { ...appliance.postgres, maxConnections: reference.postgres.maxConnections };
    Object.assign(appliance, { workloads, settings, workers, parsers, inference, postgres });
  });
  const slice = join(folder, 'cgroup/holdfast.slice/holdfast-postgresql.slice');
  mkdirSync(slice, { recursive: true });
  writeFileSync(join(slice, 'memory.current'), String(9000 * 1_048_576));
  writeFileSync(join(folder, 'meminfo'), 'MemTotal: 32768000 kB\nMemAvailable: 1024000 kB\n');
  const paths = { meminfo: join(folder, 'meminfo'), cgroup: join(folder, 'cgroup') };
  Object.assign(world.app.get(MachinePaths, { strict: false }), paths);
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the memory of the machine is told with who has how much, what follows, and what does not fit', async () => {
  const { status, body } = await world.operator.get('/memory');
  expect(status).toBe(200);
  expect(body.machine).toEqual({ totalMb: 32_000, availableMb: 1000, unguaranteedMb: 8192 });
  expect(body.workloads.find(({ id }: { id: string }) => id === 'postgresql')).toEqual({
    ...{ id: 'postgresql', class: 'latency', minMb: 16_384, highMb: 22_528, maxMb: 24_576 },
    ...{ currentMb: 9000, events: { high: 0, max: 0, oomKill: 0 } },
  });
  expect(body.settings).toContainEqual({
    program: 'postgresql',
    name: 'shared_buffers',
    // What the server itself says; the plan would have more.
    value: 128,
    unit: 'MB',
    workload: 'postgresql',
    source: 'derived',
    formula: 'what it was started with',
    key: 'postgres.sharedBuffersMb',
  });
  expect(body.fromNextStart).toContainEqual(expect.objectContaining({ name: 'shared_buffers', from: 128, to: 6144 }));
  expect(body.obstacles).toEqual([expect.objectContaining({ workload: null, needed: 48_128, available: 23_808 })]);
});

test('a worker that was started anew says so: what it has is what follows now', async () => {
  const settingOf = async (name: string) =>
    (await world.operator.get('/memory')).body.settings.find((one: { name: string }) => one.name === name);
  const told = await settingOf('intraOpNumThreads');
  const running = JSON.stringify({ onnxruntime: { intraOpNumThreads: told.value + 2 } });
  await world.app.get(EventPublisher, { strict: false }).remember(workerFiguresKey('inference'), running, 5);
  expect(await settingOf('intraOpNumThreads')).toMatchObject({ value: told.value + 2, formula: 'what it was started with' });
});

test('who may not see the box is not told', async () => {
  expect((await world.viewer.get('/memory')).status).toBe(403);
});
