import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, makeApiWorld, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
let assetId: string;
beforeAll(async () => {
  world = await makeApiWorld();
  assetId = String((await upload(world, world.admin, randomBytes(2000))).headers['holdfast-asset-id']);
});
afterAll(() => world?.close());

test('policies are previewed, saved and shown, and the audit says who did it', async () => {
  const policies = { trash: 14 };
  const preview = await world.admin.post('/retention/preview', { policies });
  expect(preview).toMatchObject({ status: 200, body: { total: { assets: 0 }, held: { assets: 0 } } });
  const saved = await world.admin.send('PUT', '/retention/policies', { policies, digest: preview.body.digest });
  expect(saved.status).toBe(200);
  const trash = saved.body.items.find((item: { class: string }) => item.class === 'trash');
  expect(trash).toMatchObject({ keepDays: 14, changedBy: expect.any(String) });
  const { body } = await world.admin.get('/audit?action=retention.updated');
  expect(body.items[0].detail.trash).toEqual({ from: 30, to: 14 });
});

test('a digest of another preview and days that are none are refused', async () => {
  const { body } = await world.admin.post('/retention/preview', { policies: { trash: 3 } });
  const changed = await world.admin.send('PUT', '/retention/policies', { policies: { trash: 1 }, digest: body.digest });
  expect(changed).toMatchObject({ status: 409, body: { code: 'RETENTION_PREVIEW_CHANGED' } });
  expect((await world.admin.post('/retention/preview', { policies: { trash: 0 } })).status).toBe(400);
  expect((await world.admin.post('/retention/preview', { policies: { financial: 1 } })).status).toBe(400);
  const tooFew = await world.admin.post('/retention/preview', { policies: { audit: 364 } });
  expect(tooFew).toMatchObject({ status: 422, body: { code: 'RETENTION_TOO_SHORT' } });
});

test('a hold says who placed it and why, on the asset too; emptying the trash leaves what it holds', async () => {
  const placed = await world.admin.post('/holds', { name: 'Case 7', reason: 'Asked for by the court.', assetIds: [assetId] });
  expect(placed).toMatchObject({ status: 201, body: { assets: 1, name: 'Case 7', releasedAt: null } });
  const kept = await world.viewer.get(`/assets/${assetId}/retention`);
  expect(kept.body).toMatchObject({ held: true, holds: [{ name: 'Case 7', reason: 'Asked for by the court.' }], due: null });
  const unknown = '0192f0aa-0001-7000-8000-ffffffffffff';
  expect((await world.admin.post('/holds/check', { ids: [assetId, unknown] })).body).toEqual({
    assets: 1,
    held: 1,
    holds: [{ id: placed.body.id, name: 'Case 7', assets: 1 }],
  });
  expect((await world.stranger.post('/holds/check', { ids: [assetId] })).body).toEqual({ assets: 0, held: 0, holds: [] });
  await world.admin.post('/assets/trash', { ids: [assetId] });
  expect((await world.admin.post('/trash/empty', { assets: 1 })).body.code).toBe('TRASH_CHANGED');
  expect((await world.admin.get('/trash')).body).toMatchObject({ keepDays: 14, assets: 1, heldAssets: 1 });
  const released = await world.admin.post(`/holds/${placed.body.id}/release`, { reason: 'Closed.' });
  expect(released).toMatchObject({ status: 200, body: { releaseReason: 'Closed.', assets: 1 } });
  const empty = await world.admin.post('/trash/empty', { assets: 1 });
  expect(empty).toMatchObject({ status: 202, body: { origin: 'trash', endedAt: null } });
  expect((await world.admin.post('/trash/empty', { assets: 1 })).body.code).toBe('RETENTION_RUN_ACTIVE');
});

test('a hold names assets or a collection, not both and not neither', async () => {
  const named = { name: 'Case', reason: 'Why.' };
  expect((await world.admin.post('/holds', named)).status).toBe(400);
  expect((await world.admin.post('/holds', { ...named, assetIds: [assetId], collectionId: assetId })).status).toBe(400);
  expect((await world.admin.post('/holds', { ...named, collectionId: assetId })).body.code).toBe('COLLECTION_NOT_FOUND');
});

test('only administrators decide; everybody may learn when what they see goes', async () => {
  for (const client of [world.viewer, world.operator]) {
    expect((await client.get('/retention/policies')).status).toBe(403);
    expect((await client.post('/retention/preview', { policies: {} })).status).toBe(403);
    expect((await client.get('/holds')).status).toBe(403);
    expect((await client.post('/holds/check', { ids: [assetId] })).status).toBe(403);
    expect((await client.post('/holds', { name: 'a', reason: 'b', assetIds: [assetId] })).status).toBe(403);
    expect((await client.post('/trash/empty', { assets: 1 })).status).toBe(403);
    expect((await client.get('/trash')).status).toBe(200);
  }
});

test('another organisation sees nothing of it', async () => {
  expect((await world.stranger.get(`/assets/${assetId}/retention`)).status).toBe(404);
  expect((await world.stranger.get('/holds')).body.items).toEqual([]);
  expect((await world.stranger.get('/retention/runs')).body.items).toEqual([]);
  const placed = await world.stranger.post('/holds', { name: 'a', reason: 'b', assetIds: [assetId] });
  expect(placed.body.code).toBe('HOLD_EMPTY');
});
