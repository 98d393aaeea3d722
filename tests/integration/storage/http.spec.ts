import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditModule } from '#audit';
import { DatabaseModule, SystemDatabase } from '#database';
import { type Permission, runAs } from '#kernel';
import { MoveListService, type ObjectExplanation, ObjectStore, ObjectSubjects, StorageJobsModule, TierSet } from '#storage';
import { type ApiWorld, makeApiWorld, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
let assetId: string;
let objectId: string;
/** As it lies on the disk, sealed. */
let fileBytes: number;
beforeAll(async () => {
  world = await makeApiWorld((appliance) => {
    for (const tier of appliance.tiers)
      Object.assign(tier, { minFreeBytes: 0, minFreeInodes: 0, highPercent: 98, criticalPercent: 99 });
  });
  await world.app.get(TierSet, { strict: false }).claim();
  const answer = await upload(world, world.admin, randomBytes(5000), { filename: 'harbour.jpg' });
  assetId = String(answer.headers['holdfast-asset-id']);
  await world.app
    .get(SystemDatabase)
    .run((sql) =>
      sql.run(`UPDATE stored_object SET touched_at = now() - interval '30 hours', placed_at = now() - interval '30 hours'`),
    );
  const placement = await world.admin.get(`/assets/${assetId}/placement`);
  objectId = placement.body.original.objectId;
  fileBytes = placement.body.original.bytes;
});
afterAll(() => world?.close());

/** What a worker process is made of, as far as storage goes. */
async function startWorker() {
  class Worker {}
  Module({ imports: [DatabaseModule.of(world.appliance), AuditModule, StorageJobsModule] })(Worker);
  const worker = await NestFactory.createApplicationContext(Worker, { logger: false, abortOnError: false });
  return worker;
}

test('tiers say how full they are, what lies on them and that they share a disk', async () => {
  const { status, body } = await world.operator.get('/storage/tiers');
  expect(status).toBe(200);
  expect(body.items.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
    'hot ready',
    'warm ready',
    'cold ready',
  ]);
  expect(body.items[0]).toMatchObject({ objects: 1, originalBytes: fileBytes, sharesFileSystemWith: ['warm', 'cold'] });
  expect(body.items[0].health.length).toBeGreaterThan(0);
  expect((await world.viewer.get('/storage/tiers')).status).toBe(403);
});

test('a plan is looked at, run by its digest, and refused once the world has changed', async () => {
  const { body: plan } = await world.operator.get('/storage/plan');
  expect(plan).toMatchObject({
    totalMoves: 1,
    totalBytes: fileBytes,
    groups: [{ from: 'hot', to: 'warm', rule: 'age', moves: 1 }],
  });
  const asset = { id: assetId, name: 'harbour.jpg', part: 'original' };
  expect(plan.moves).toMatchObject([{ objectId, asset }]);
  const { body: others } = await world.stranger.get('/storage/plan');
  expect(others).toMatchObject({ totalMoves: 1, moves: [] });
  expect((await world.operator.post('/storage/run', { digest: plan.digest })).status).toBe(403);
  const asked = await world.admin.post('/storage/run', { digest: plan.digest });
  expect([asked.status, asked.body.plannedMoves, asked.body.startedAt]).toEqual([202, 1, null]);
  expect((await world.operator.get('/storage/runs')).body.items).toMatchObject([{ id: asked.body.id, origin: 'asked' }]);
  await world.admin.send('PATCH', `/storage/objects/${objectId}`, { neverMove: true });
  const refused = await world.admin.post('/storage/run', { digest: plan.digest });
  expect([refused.status, refused.body.code]).toEqual([409, 'STORAGE_PLAN_CHANGED']);
  expect((await world.admin.post('/storage/run', { digest: 'tonight' })).body.code).toBe('STORAGE_PLAN_INVALID');
  // A worker takes up what was asked for, and finds that the object may not move any more.
  const worker = await startWorker();
  const runs = async () => (await world.operator.get('/storage/runs')).body.items;
  await expect.poll(async () => (await runs())[0].endedAt, { timeout: 15_000 }).not.toBeNull();
  expect((await runs())[0].stopped).toMatchObject({ code: 'STORAGE_PLAN_CHANGED' });
  await world.admin.send('PATCH', `/storage/objects/${objectId}`, { neverMove: false });
  const { body: again } = await world.operator.get('/storage/plan');
  await world.admin.post('/storage/run', { digest: again.digest });
  await expect.poll(async () => (await runs())[0].endedAt, { timeout: 15_000 }).not.toBeNull();
  expect((await runs())[0]).toMatchObject({ doneMoves: 1, failedMoves: 0, stopped: null });
  await worker.close();
  expect((await world.operator.get('/storage/moves?state=active')).body.items).toMatchObject([
    { objectId, from: 'hot', to: 'warm', state: 'committed', asset },
  ]);
  expect((await world.operator.get('/storage/flows')).body.items).toMatchObject([
    { from: 'hot', to: 'warm', moves: 1, bytes: fileBytes },
  ]);
  expect((await world.stranger.get('/storage/moves')).body.items).toEqual([]);
});

test('an object says why it is where it is, what moves it and when; wishes change that and are recorded', async () => {
  const { body } = (await world.operator.get(`/storage/explain/${objectId}`)) as { body: ObjectExplanation };
  expect(body.why[0]).toBe('It came from hot to warm: not read for 24 hours.');
  expect(body.next).toMatchObject({ rule: 'age', to: 'cold' });
  expect(body.history).toHaveLength(1);
  const pinned = await world.admin.send('PATCH', `/assets/${assetId}/placement`, { pinnedTier: 'warm', neverMove: true });
  expect(pinned.body.original).toMatchObject({ pinnedTier: 'warm', neverMove: true });
  const again = (await world.operator.get(`/storage/explain/${objectId}`)).body as ObjectExplanation;
  expect(again.next).toBeNull();
  expect(again.why).toContain('It is pinned to warm.');
  expect((await world.admin.send('PATCH', `/storage/objects/${objectId}`, { pinnedTier: 'lava' })).body.code).toBe(
    'STORAGE_TIER_UNKNOWN',
  );
  expect((await world.stranger.get(`/storage/explain/${objectId}`)).status).toBe(404);
  expect((await world.stranger.send('PATCH', `/storage/objects/${objectId}`, { neverMove: false })).status).toBe(404);
  const [row] = await world.rows<{ n: number }>(
    `SELECT count(*)::int AS n FROM audit_event WHERE action = 'storage.placement-wished'`,
  );
  expect(row?.n).toBe(3);
});

test('forecasts, ages, flows, moves and problems answer also where there is nothing yet', async () => {
  const answers = await Promise.all(
    ['forecast', 'ages', 'flows', 'moves', 'problems'].map((path) => world.operator.get(`/storage/${path}`)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(answers[0]?.body.items[0]).toMatchObject({ tier: 'hot', state: 'not-enough-history' });
  expect(answers[1]?.body.items).toEqual([{ tier: 'warm', band: 1, objects: 1, bytes: fileBytes }]);
});

test('names are told to those who may see assets, and of renditions the asset that they were made of', async () => {
  const list = (permissions: Permission[]) =>
    runAs({ ...world.organisation, permissions: new Set(permissions) }, () =>
      world.app.get(MoveListService, { strict: false }).list({ limit: 10 }),
    );
  expect((await list(['storage.read'])).items).toMatchObject([{ objectId, asset: null }]);
  await expect(list(['asset.read'])).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  const [{ id, sha256 } = { id: '', sha256: '' }] = await world.as(async () => {
    const stored = await world.app.get(ObjectStore, { strict: false }).put(randomBytes(100), { class: 'rendition' });
    return world.rows<{ id: string; sha256: string }>(
      `SELECT id, encode(sha256, 'hex') AS sha256 FROM stored_object WHERE sha256 = decode($1, 'hex')`,
      [stored.sha256],
    );
  });
  const subjects = world.app.get(ObjectSubjects, { strict: false });
  const subjectOf = async () => (await world.as(() => subjects.addTo([{ objectId: id }])))[0]?.asset;
  expect(await subjectOf()).toBeNull();
  await world.rows(
    `INSERT INTO rendition (organisation_id, asset_id, kind, object_sha256, media_type, size_bytes)
     VALUES ($1, $2, 'preview', decode($3, 'hex'), 'image/webp', 100)`,
    [world.organisation.organisationId, assetId, sha256],
  );
  expect(await subjectOf()).toMatchObject({ id: assetId, name: 'harbour.jpg', part: 'rendition' });
});
