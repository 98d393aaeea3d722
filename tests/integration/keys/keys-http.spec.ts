import { randomBytes } from 'node:crypto';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { JobRunner, OutboxRelay } from '#queue';
import { WorkerModule } from '../../../apps/worker/src/worker.module.ts';
import { type ApiWorld, makeApiWorld, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
let worker: INestApplicationContext;
beforeAll(async () => {
  world = await makeApiWorld();
  for (let file = 0; file < 3; file++) await upload(world, world.admin, randomBytes(2000 + file));
});
afterAll(async () => {
  if (worker) {
    await Promise.all([worker.get(OutboxRelay).stop(), worker.get(JobRunner).stop(1000)]);
    await worker.close();
  }
  await world?.close();
});

async function startWorker(): Promise<void> {
  worker = await NestFactory.createApplicationContext(WorkerModule.of(world.appliance), {
    logger: ['error'],
    abortOnError: false,
  });
  await worker.get(JobRunner).start(['general']);
  worker.get(OutboxRelay).start();
}

const rotationOf = async (id: string) =>
  (await world.admin.get('/keys/rotations')).body.items.find((each: { id: string }) => each.id === id);
const done = (id: string) => vi.waitFor(async () => expect(await rotationOf(id)).toMatchObject({ state: 'done' }), 20_000);

test('an administrator sees whose keys there are and what each version wraps; nobody else does', async () => {
  const { status, body } = await world.admin.get('/keys');
  expect(status).toBe(200);
  expect(body.nextCursor).toBeNull();
  const [organisation, person] = body.items;
  expect(organisation).toMatchObject({ kind: 'organisation', subject: null, currentVersion: 1, lastRotatedAt: null });
  expect(organisation.versions).toMatchObject([{ version: 1, state: 'current', keys: 1, dataKeys: 0 }]);
  expect(person).toMatchObject({ kind: 'person', currentVersion: 1, destroyedAt: null });
  expect(person.subject).toEqual(expect.any(String));
  expect(person.versions).toMatchObject([{ version: 1, dataKeys: 3, keys: 0 }]);
  expect(JSON.stringify(body)).not.toContain('vault:v');
  const first = await world.admin.get('/keys?limit=1');
  expect(first.body).toMatchObject({ items: [{ id: organisation.id }], nextCursor: organisation.id });
  expect((await world.admin.get(`/keys?limit=1&cursor=${organisation.id}`)).body.items).toMatchObject([{ id: person.id }]);
  expect((await world.admin.get('/keys?cursor=x')).body.code).toBe('CURSOR_INVALID');
  expect((await world.stranger.get('/keys')).body.items).toEqual([]);
  for (const path of ['/keys', '/keys/rotations', '/keys/provider', '/keys/history'])
    expect((await world.operator.get(path)).status).toBe(403);
  expect((await world.operator.post(`/keys/${person.id}/rotate`)).status).toBe(403);
  expect((await world.stranger.post(`/keys/${person.id}/rotate`)).body.code).toBe('KEYS_KEY_MISSING');
});

test('a rotation is asked for, waits for a worker, is told how far it is, and is done by one; it is in the audit', async () => {
  const [organisation, person] = (await world.admin.get('/keys')).body.items;
  const asked = await world.admin.post(`/keys/${person.id}/rotate`);
  expect([asked.status, asked.body.state, asked.body.remaining, asked.body.rewrapped]).toEqual([202, 'running', 3, 0]);
  const joined = await world.admin.post(`/keys/${person.id}/rotate`);
  expect(joined.body.id).toBe(asked.body.id);
  const parent = await world.admin.post(`/keys/${organisation.id}/rotate`);
  expect(parent.body).toMatchObject({ fromVersion: 1, toVersion: 2 });

  await startWorker();
  await Promise.all([done(asked.body.id), done(parent.body.id)]);
  expect(await rotationOf(asked.body.id)).toMatchObject({ rewrapped: 3, failed: 0, remaining: null });
  const after = (await world.admin.get('/keys')).body.items[1];
  expect(after).toMatchObject({ currentVersion: 2, lastRotatedAt: expect.any(String) });
  expect(after.versions).toMatchObject([
    { version: 2, state: 'current', dataKeys: 3 },
    { version: 1, state: 'old', dataKeys: 0 },
  ]);
  const events = (await world.admin.get('/audit')).body.items.map(({ action }: { action: string }) => action);
  expect(events).toEqual(expect.arrayContaining(['key.rotation-asked', 'key.rotated']));
});

test("the provider's keys are rotated in the same way", async () => {
  const before = (await world.admin.get('/keys/provider')).body.items;
  expect(before.map(({ name }: { name: string }) => name)).toEqual(['hf-organisation', 'hf-subject']);
  const asked = await world.admin.post('/keys/provider/rotate');
  expect([asked.status, asked.body.items.length]).toEqual([202, 2]);
  for (const { id } of asked.body.items) await done(id);
  const after = (await world.admin.get('/keys/provider')).body.items;
  expect(after[1].latestVersion).toBeGreaterThan(before[1].latestVersion);
});

test('the history of the key provider tells its states and versions, to those who may see keys', async () => {
  const known = async () => (await world.admin.get('/keys/history')).body.items;
  await expect
    .poll(known, { timeout: 15_000 })
    .toContainEqual(
      expect.objectContaining({ action: 'keys.ready', by: 'Key provider', reason: null, at: expect.any(String) }),
    );
  expect(await known()).toContainEqual(expect.objectContaining({ action: 'provider-key.rotated' }));
});
