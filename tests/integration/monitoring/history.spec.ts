import { readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BoxPaths, PrometheusClient } from '#monitoring';
import { metricsTokenFile, noPrometheusBecause, startPrivatePrometheus } from '#supervisor';
import { metricsSocket, serveMetrics } from '#telemetry';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';
import { type MadeBox, makeDesktop } from './made-box.ts';

let world: ApiWorld;
let box: MadeBox;
let stopMetrics: (() => Promise<void>) | undefined;
const servers: Server[] = [];

beforeAll(async () => {
  box = makeDesktop();
  world = await makeApiWorld((appliance) => {
    appliance.monitoring = { ...appliance.monitoring, scrapeSeconds: 5 };
    appliance.workers = [
      { name: 'general', roles: ['general'] },
      { name: 'gone', roles: ['media'] },
    ];
  });
  world.appliance.listen.port = await openDoor();
  Object.assign(world.app.get(BoxPaths, { strict: false }), box.paths);
  stopMetrics = await serveMetrics(metricsSocket(world.appliance, 'general'));
});
afterAll(async () => {
  for (const server of servers) server.close();
  await stopMetrics?.();
  await world?.close();
  box?.remove();
});

async function listenOn(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', () => settle()));
  return (server.address() as AddressInfo).port;
}

/** The API of a test knows itself as port 0 only: whoever asks for its real port is handed through. */
function openDoor(): Promise<number> {
  return listenOn(
    createServer((asked, answer) => {
      const headers = { ...asked.headers, host: 'localhost:0' };
      request({ port: world.port, path: asked.url, headers }, (given) => {
        answer.writeHead(given.statusCode ?? 500, given.headers);
        given.pipe(answer);
      }).end();
    }),
  );
}

const metricsAt = (path: string, token?: string) =>
  fetch(
    `http://127.0.0.1:${world.appliance.listen.port}${path}`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );

test('metrics are told to who knows the word, of this process, of the box and of each worker', async () => {
  expect((await metricsAt('/metrics')).status).toBe(401);
  expect((await metricsAt('/metrics', 'a guess')).status).toBe(401);
  const token = readFileSync(metricsTokenFile(world.appliance), 'utf8').trim();
  const own = await (await metricsAt('/metrics', token)).text();
  expect(own).toContain('holdfast_http_request_seconds');
  expect(own).toContain('holdfast_temperature_celsius{chip="k10temp",label="Tctl"} 52.625');
  expect(own).toContain('holdfast_queue_jobs{queue="image",state="waiting"} 0');
  expect(own).toMatch(/^holdfast_database_bytes \d{6,}$/m);
  expect(own).toMatch(/^holdfast_database_connections\{state="active"\} [1-9]/m);
  expect(own).toMatch(/^holdfast_redis_memory_bytes \d{6,}$/m);
  expect(await (await metricsAt('/metrics/workers/general', token)).text()).toContain('holdfast_process_cpu_seconds_total');
  expect((await metricsAt('/metrics/workers/gone', token)).status).toBe(503);
  expect((await metricsAt('/metrics/workers/stranger', token)).status).toBe(404);
  expect((await metricsAt('/metrics/workers/general')).status).toBe(401);
});

const history = (metric: string, minutes = 5) => {
  const from = new Date(Date.now() - minutes * 60_000).toISOString();
  return world.operator.get(`/telemetry/history?metric=${metric}&from=${from}&step=5`);
};

test('without a Prometheus it is told why there is no history', async () => {
  const { status, body } = await history('temperatures');
  expect([status, body.code]).toEqual([503, 'TELEMETRY_HISTORY_UNAVAILABLE']);
  expect((await history('holdfast_secret')).body.code).toBe('INPUT_INVALID');
  expect((await history('temperatures', 100_000)).body.code).toBe('TELEMETRY_RANGE_INVALID');
  expect((await world.viewer.get('/telemetry/history?metric=power&from=2026-11-22T00:00:00Z')).status).toBe(403);
});

interface Line {
  labels: Record<string, string>;
  points: { value: number }[];
}

test('a real Prometheus measures the appliance, keeps to itself, and its history is told by name', async (ctx) => {
  const reason = noPrometheusBecause(world.appliance);
  if (reason) ctx.skip(reason);
  const running = await startPrivatePrometheus(world.appliance, new AbortController().signal);
  try {
    const address = running.address ?? '';
    expect(new URL(address).hostname).toBe('127.0.0.1');
    expect((await fetch(`${address}/api/v1/query?query=up`)).status).toBe(401);
    // As the supervisor would have told it.
    world.appliance.monitoring.port = Number(new URL(address).port);
    expect(await world.app.get(PrometheusClient, { strict: false }).version()).toMatch(/^\d+\.\d+/);
    // The worker of this test is this process, and tells all that the api tells.
    const lines = async (metric: string): Promise<Line[]> =>
      ((await history(metric)).body.lines ?? []).filter(({ labels }: Line) => metric === 'processes' || !labels.worker);
    await expect
      .poll(() => lines('temperatures'), { timeout: 40_000, interval: 500 })
      .toMatchObject([
        {
          labels: { chip: 'k10temp', label: 'Tctl' },
          points: expect.arrayContaining([{ at: expect.any(String), value: 52.625 }]),
        },
      ]);
    const shares = (await lines('tiers.used')).map(({ points }) => points.at(-1)?.value);
    expect(shares).toHaveLength(world.appliance.tiers.length);
    for (const share of shares) expect(share).toSatisfy((percent: number) => percent > 0 && percent < 100);
    const isUp = async () =>
      Object.fromEntries(
        (await lines('processes')).map(({ labels, points }) => [labels.worker ?? labels.job, points.at(-1)?.value]),
      );
    await expect
      .poll(isUp, { timeout: 20_000, interval: 500 })
      .toEqual({ 'holdfast-api': 1, general: 1, gone: 0, prometheus: 1 });
  } finally {
    await running.stop();
  }
  expect((await history('temperatures')).body.code).toBe('TELEMETRY_HISTORY_UNAVAILABLE');
});

test('what answers in place of Prometheus without sense is told as that', async (ctx) => {
  const reason = noPrometheusBecause(world.appliance);
  if (reason) ctx.skip(reason);
  const server = createServer((_, answer) => answer.end('{"status":"success","data":{"result":[{"metric":5}]}}'));
  world.appliance.monitoring.port = await listenOn(server);
  const { body } = await history('power');
  expect(body.code).toBe('TELEMETRY_HISTORY_UNAVAILABLE');
  expect(body.detail ?? body.message).toContain('an answer that is none');
});
