import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { TenantDatabase } from '#database';
import { runAs } from '#kernel';
import type { Appliance } from '#manifest';
import { EventPublisher, queueChanged } from '#queue';
import { ApiClient, createTestAppliance, signInEachRole } from '#testing';
import { createApi } from '../../../apps/api/src/create-api.ts';

let app: NestFastifyApplication;
let appliance: Appliance;
let remove: () => Promise<void>;
let people: Awaited<ReturnType<typeof signInEachRole>>;

beforeAll(async () => {
  ({ appliance, remove } = await createTestAppliance());
  app = await createApi(appliance);
  await app.listen(0, '127.0.0.1');
  people = await signInEachRole(app);
  appliance.listen.port = (app.getHttpServer().address() as AddressInfo).port;
});

afterAll(async () => {
  await app?.close();
  await remove?.();
});

function open(client: ApiClient, headers: Record<string, string> = {}): WebSocket {
  const address = `127.0.0.1:${appliance.listen.port}`;
  return new WebSocket(`ws://${address}/api/v1/events`, {
    headers: { origin: `http://${address}`, cookie: client.cookie ?? '', ...headers },
  });
}

const outcome = (socket: WebSocket) =>
  new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
    socket.on('error', () => {});
  });

test('only a signed-in page of this address may listen', async () => {
  expect(await outcome(open(new ApiClient(app)))).toBe('401');
  expect(await outcome(open(people.admin, { origin: 'http://evil.example' }))).toBe('403');
  const socket = open(people.admin);
  expect(await outcome(socket)).toBe('open');
  socket.close();
});

test('an event reaches those of its organisation who hold its permission, after its transaction committed', async () => {
  const [operator, viewer] = [open(people.operator), open(people.viewer)];
  await Promise.all([outcome(operator), outcome(viewer)]);
  const heard: string[] = [];
  operator.on('message', (data) => heard.push(`operator ${data}`));
  viewer.on('message', (data) => heard.push(`viewer ${data}`));
  const { body } = await people.admin.get('/session');
  const context = {
    organisationId: body.organisation.id,
    actor: { kind: 'system' as const, id: 'x', label: 'x' },
    permissions: new Set<never>(),
    requestId: 'x',
  };
  await runAs(context, () =>
    app.get(TenantDatabase).run(async (sql) => {
      app.get(EventPublisher).publish(queueChanged, { queue: 'image' });
      await sql.rows('SELECT pg_sleep(0.2)');
      expect(heard).toEqual([]);
    }),
  );
  await expect.poll(() => heard).toEqual(['operator {"event":"queue.changed","payload":{"queue":"image"}}']);
  operator.close();
  viewer.close();
});

test('a collection that one makes, renames or deletes is told to all who may read it', async () => {
  const viewer = open(people.viewer);
  await outcome(viewer);
  const heard: string[] = [];
  viewer.on('message', (data) => heard.push(String(data)));
  const { id } = (await people.operator.post('/collections', { name: 'Cretes' })).body;
  await people.operator.send('PATCH', `/collections/${id}`, { name: 'Crete' });
  await people.operator.send('DELETE', `/collections/${id}`);
  const told = JSON.stringify({ event: 'collection.changed', payload: { id } });
  await expect.poll(() => heard).toEqual([told, told, told]);
  viewer.close();
});

test('signing out ends listening within seconds', async () => {
  const leaving = new ApiClient(app);
  await leaving.post('/session', { email: 'viewer@example.org', password: 'a password of length' });
  const socket = open(leaving);
  await outcome(socket);
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await leaving.send('DELETE', '/session');
  expect(await closed).toBe(4401);
}, 15_000);
