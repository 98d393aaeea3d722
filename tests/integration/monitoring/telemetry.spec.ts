import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { SystemDatabase } from '#database';
import { profileFolder, readManifest } from '#manifest';
import { BoxPaths, BoxSampler } from '#monitoring';
import type { ApiClient } from '#testing';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';
import { type MadeBox, makeDesktop } from './made-box.ts';

let world: ApiWorld;
let box: MadeBox;

beforeAll(async () => {
  box = makeDesktop();
  world = await makeApiWorld((appliance) => {
    const profiles = profileFolder(appliance.checkout);
    appliance.workloads = readManifest(`${profiles}/ryzen-7950x-4090.yaml`, profiles).workloads;
  });
  Object.assign(world.app.get(BoxPaths, { strict: false }), box.paths);
});
afterAll(async () => {
  await world?.close();
  box?.remove();
});

test('the inventory says what the machine is made of, and what could not be read', async () => {
  const { status, body } = await world.operator.get('/hardware');
  expect(status).toBe(200);
  expect(body.machine).toMatchObject({ manufacturer: 'ASUS', model: 'ProArt X670E', serial: null });
  expect(body.firmware).toMatchObject({ vendor: 'AMI', version: '1905', kind: 'BIOS', microcode: '0xa601206' });
  expect(body.memory).toMatchObject({
    errorCorrection: 'Multi-bit ECC',
    modules: [{ slot: 'DIMM_A2', bytes: 34_359_738_368 }],
  });
  expect(body.gpus).toMatchObject([{ maker: 'NVIDIA', device: '0x10de:0x2684' }]);
  expect(body.network).toMatchObject([{ name: 'enp5s0', megabitsPerSecond: 10_000, state: 'up' }]);
  expect(body.sensors).toEqual([{ chip: 'k10temp', kind: 'temperature', label: 'Tctl' }]);
  const gaps = Object.fromEntries(body.gaps.map(({ what, why }: { what: string; why: string }) => [what, why]));
  expect(gaps).toMatchObject({ 'Serial number of the machine': 'Only root may read it.' });
  expect(gaps).not.toHaveProperty('Memory modules');
});

test('who may not see the box sees neither its parts nor its load', async () => {
  for (const path of ['/hardware', '/telemetry', '/telemetry/load?from=2026-11-01T00:00:00Z'])
    expect([path, (await world.viewer.get(path)).status]).toEqual([path, 403]);
});

/** Half of the time of the next look, CPU 0 and three CPUs' worth of the video slice work. */
async function work(): Promise<void> {
  box.cpus(1000, 1000);
  box.slice('holdfast-video.slice', 1_000_000, 500_000);
  await world.operator.get('/telemetry');
  await wait(1000);
  box.cpus(1050, 1050);
  box.slice('holdfast-video.slice', 4_000_000, 600_000);
}

test('a sample tells load, memory, pressure, temperatures and power of now', async () => {
  await work();
  const { status, body } = await world.operator.get('/telemetry');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    source: 'slice',
    cpus: [{ cpu: 0, busy: 50 }],
    pressure: { cpu: null, io: { some10: 0.5, full10: 0.1 } },
    memory: { totalBytes: 131_072_000 * 1024, availableBytes: 65_536_000 * 1024 },
    temperatures: [{ chip: 'k10temp', label: 'Tctl', celsius: 52.625, criticalCelsius: null }],
  });
  expect(body.slices.map(({ id }: { id: string }) => id)).toEqual(['os', 'video']);
  const video = body.slices[1];
  expect(video).toMatchObject({
    memoryBytes: 600_000,
    memoryLimits: { minBytes: null, highBytes: 900_000_000, maxBytes: null },
  });
  expect(video.cpuPercent).toBeCloseTo(300 / body.seconds, -1);
  expect(video.pressure.cpu).toEqual({ some10: 2, full10: 1 });
  expect(body.tiers[0]).toMatchObject({ name: 'hot', totalBytes: expect.any(Number) });
});

function listen(client: ApiClient): WebSocket {
  const address = `127.0.0.1:${world.port}`;
  world.appliance.listen.port = world.port;
  return new WebSocket(`ws://${address}/api/v1/events`, {
    headers: { origin: `http://${address}`, cookie: client.cookie ?? '' },
  });
}

test('whoever asks hears a sample every second until they ask no more; who may not, hears none', async () => {
  const [operator, viewer] = [listen(world.operator), listen(world.viewer)];
  const heard = { operator: 0, viewer: 0 };
  operator.on('message', (data) => {
    heard.operator += JSON.parse(String(data)).event === 'box.sample' ? 1 : 0;
  });
  viewer.on('message', () => {
    heard.viewer += 1;
  });
  await Promise.all([once(operator, 'open'), once(viewer, 'open')]);
  for (const socket of [operator, viewer]) socket.send('{"listen":["box.sample"]}');
  await expect.poll(() => heard.operator, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
  expect(heard.viewer).toBe(0);
  for (const text of ['nonsense', '{"listen":5}', '[]', '{"listen":[]}']) operator.send(text);
  viewer.send('{"listen":[]}');
  await wait(1500);
  const after = heard.operator;
  await wait(1500);
  expect(heard.operator).toBe(after);
  operator.close();
  viewer.close();
});

test('what slices did is recorded by the minute and by the hour, and told in points of any length', async () => {
  const { SliceLoadRepository } = await import('../../../libs/monitoring/src/load/slice-load.repository.ts');
  const repository = world.app.get(SliceLoadRepository, { strict: false });
  const start = Date.UTC(2026, 10, 16, 8);
  const minutes = Array.from({ length: 120 }, (_, minute) => ({
    slice: 'film',
    at: new Date(start + minute * 60_000),
    cpuPercent: minute < 60 ? 100 : 300,
    peakPercent: minute === 90 ? 900 : 400,
    memoryBytes: minute,
    pressurePercent: minute === 7 ? 80 : null,
    seconds: 60,
  }));
  await repository.write(minutes);
  // The same minutes again, as after a restart within one of them.
  await repository.write(minutes.slice(0, 1).map((minute) => ({ ...minute, cpuPercent: 300 })));
  await repository.rollUp(new Date(start), new Date(start - 1), new Date(start - 1));
  const load = (step: number) =>
    world.operator.get(`/telemetry/load?from=2026-11-16T08:00:00Z&to=2026-11-16T10:00:00Z&step=${step}`);
  const hours = (await load(3600)).body.slices[0].points;
  expect(hours.map(({ at }: { at: string }) => at)).toEqual(['2026-11-16T08:00:00.000Z', '2026-11-16T09:00:00.000Z']);
  expect(hours[0].cpuPercent).toBeCloseTo((100 * 59 * 60 + 200 * 120) / (59 * 60 + 120), 3);
  expect(hours[1]).toMatchObject({ cpuPercent: 300, peakPercent: 900, memoryBytes: 119, pressurePercent: null });
  expect(hours[0].pressurePercent).toBe(80);
  expect(await repository.minutes(new Date(start), new Date(start + 60_000))).toMatchObject([{ slice: 'film', atMs: start }]);
  expect((await load(600)).body.slices[0].points).toHaveLength(12);
  expect((await load(90)).body.code).toBe('TELEMETRY_RANGE_INVALID');
  // 16 November 2026 is a Monday.
  const week = await repository.week(new Date(start), 'UTC');
  expect(week.filter(({ slice }) => slice === 'film')).toMatchObject([
    { slice: 'film', hourOfWeek: 8, weeks: 1 },
    { slice: 'film', hourOfWeek: 9, meanPercent: 300, weeks: 1 },
  ]);
  await repository.rollUp(new Date(), new Date(start + 3_600_000), new Date(start + 3_600_000));
  const left = await world.app
    .get(SystemDatabase)
    .run((sql) =>
      sql.first<{ rows: number }>(
        `SELECT count(*)::int AS rows FROM (SELECT slice FROM slice_minute UNION ALL SELECT slice FROM slice_hour) kept WHERE slice = 'film'`,
      ),
    );
  expect(left?.rows).toBe(61);
});

test('a minute that ends is written down by itself', async () => {
  const sampler = world.app.get(BoxSampler, { strict: false });
  const recorders = (sampler as unknown as { recorders: Set<(sample: unknown) => void> }).recorders;
  const slices = [{ id: 'redis', cpuPercent: 40, memoryBytes: 7, waitingPercent: 5 }];
  for (const tell of recorders)
    for (const at of ['2026-11-22T01:00:10.000Z', '2026-11-22T01:01:10.000Z']) tell({ at, seconds: 15, slices });
  const read = async () => {
    const { body } = await world.operator.get('/telemetry/load?from=2026-11-22T01:00:00Z&to=2026-11-22T01:01:00Z&step=60');
    return body.slices;
  };
  await expect.poll(read).toEqual([
    {
      id: 'redis',
      points: [{ at: '2026-11-22T01:00:00.000Z', cpuPercent: 40, peakPercent: 40, memoryBytes: 7, pressurePercent: 5 }],
    },
  ]);
});
