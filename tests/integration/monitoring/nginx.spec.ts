import { afterAll, beforeAll, expect, test } from 'vitest';
import { NginxFiguresReader } from '#monitoring';
import { ensureSecret, metricsTokenFile } from '#supervisor';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';
import { freePort, MadeNginx, noNginxBecause } from './made-nginx.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await makeApiWorld();
});
afterAll(() => world?.close());

async function toldOfNginx(): Promise<string[]> {
  const token = ensureSecret(metricsTokenFile(world.appliance));
  const headers = { authorization: `Bearer ${token}`, host: 'localhost:0' };
  const { body } = await world.app.getHttpAdapter().getInstance().inject({ method: 'GET', url: '/metrics', headers });
  return body.split('\n').filter((line: string) => line.startsWith('holdfast_nginx_'));
}

test('where no nginx stands before the api nothing is told of it, and nothing fails', async () => {
  expect(await toldOfNginx()).toEqual([]);
});

test('a real nginx with the site of the installer tells its figures to the machine alone, and the api passes them on', async (ctx) => {
  const reason = noNginxBecause();
  if (reason) ctx.skip(reason);
  const { appliance } = world;
  const services = { ...appliance.services, nginx: { ...appliance.services.nginx, port: await freePort(), plainPort: null } };
  const onServer = { ...appliance, services, isRunBySystemd: true, listen: { host: '127.0.0.1', port: world.port } };
  const reader = new NginxFiguresReader(onServer);
  const nginx = await new MadeNginx(onServer).started();
  Object.assign(world.app.get(NginxFiguresReader, { strict: false }), { appliance: onServer });
  try {
    expect((await nginx.get('/metrics')).status).toBe(404);
    expect((await nginx.get('/metrics/workers/general')).status).toBe(404);
    expect((await nginx.get('/metrics/nginx', { localAddress: '127.0.0.2' })).status).toBe(403);
    const before = await reader.read();
    await nginx.get('/health/live');
    const after = await reader.read();
    expect(before?.connections).toEqual({ active: 1, reading: 0, writing: 1, waiting: 0 });
    // The request between, and the second question.
    expect((after?.counters.requests ?? 0) - (before?.counters.requests ?? 0)).toBe(2);
    const told = await toldOfNginx();
    expect(told).toContain('holdfast_nginx_connections{state="active"} 1');
    expect(told).toContain(`holdfast_nginx_counters{counter="handled"} ${(after?.counters.handled ?? 0) + 1}`);
  } finally {
    await nginx.stop();
  }
  expect(await reader.read()).toBeUndefined();
  expect(await toldOfNginx()).toEqual([]);
});
