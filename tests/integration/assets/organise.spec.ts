import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { type ApiWorld, makeApiWorld, newBytes, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
let ids: string[];
beforeAll(async () => {
  world = await makeApiWorld();
  const answers = await Promise.all(
    [1, 2, 3].map((index) => upload(world, world.admin, newBytes(100), { filename: `${index}.bin` })),
  );
  ids = answers.map((answer) => String(answer.headers['holdfast-asset-id']));
});
afterAll(() => world?.close());

const asset = async (id = ids[0]) => (await world.viewer.get(`/assets/${id}`)).body;

test('a tag is one, whatever its case or accents', async () => {
  const first = await world.operator.post('/tags', { name: ' Zürich  See ' });
  expect([first.status, first.body]).toEqual([201, { id: expect.any(String), name: 'Zürich See', assets: 0 }]);
  const again = await Promise.all(['ZURICH SEE', 'zürich see'].map((name) => world.operator.post('/tags', { name })));
  expect(again.map(({ body }) => body.id)).toEqual([first.body.id, first.body.id]);
  expect((await world.viewer.get('/tags?text=UERICH')).body.items).toEqual([]);
  expect((await world.viewer.get('/tags?text=urich')).body.items).toEqual([first.body]);
  expect((await world.operator.post('/tags', { name: '\u200b' })).body.code).toBe('TAG_NAME_EMPTY');
  expect((await world.viewer.post('/tags', { name: 'x' })).status).toBe(403);
});

test('people confirm, reject and remove tags; each asset tells, and the library filters by them', async () => {
  const tag = (await world.operator.post('/tags', { name: 'harbour' })).body;
  const before = (await asset()).version;
  expect(
    (await world.operator.post(`/tags/${tag.id}/assets`, { ids: [...ids, newId()], action: 'confirm' })).body.changed,
  ).toBe(3);
  expect((await world.operator.post(`/tags/${tag.id}/assets`, { ids, action: 'confirm' })).body.changed).toBe(0);
  expect((await asset()).tags).toEqual([
    { id: tag.id, name: 'harbour', source: 'person', state: 'confirmed', confidence: null },
  ]);
  expect((await asset()).version).toBe(before + 1);
  expect((await world.operator.post(`/tags/${tag.id}/assets`, { ids: [ids[1]], action: 'reject' })).body.changed).toBe(1);
  expect((await world.operator.post(`/tags/${tag.id}/assets`, { ids: [ids[2]], action: 'remove' })).body.changed).toBe(1);
  expect((await world.viewer.get(`/assets?tag=${tag.id}`)).body.items.map((item: { id: string }) => item.id)).toEqual([ids[0]]);
  expect((await world.viewer.get('/tags?text=harbour')).body.items[0].assets).toBe(1);
});

test('a tag is renamed, not into another, and deleted everywhere', async () => {
  const [boat, ship] = [
    (await world.operator.post('/tags', { name: 'boat' })).body,
    (await world.operator.post('/tags', { name: 'ship' })).body,
  ];
  await world.operator.post(`/tags/${boat.id}/assets`, { ids: [ids[0]], action: 'confirm' });
  const taken = await world.operator.send('PATCH', `/tags/${boat.id}`, { name: 'SHIP' });
  expect([taken.status, taken.body.code, taken.body.values]).toEqual([409, 'TAG_NAME_TAKEN', { id: ship.id, name: 'ship' }]);
  expect((await world.operator.send('PATCH', `/tags/${boat.id}`, { name: 'Boat' })).body).toEqual({
    id: boat.id,
    name: 'Boat',
    assets: 1,
  });
  expect((await world.operator.send('DELETE', `/tags/${boat.id}`)).status).toBe(204);
  expect((await asset()).tags.map((tag: { id: string }) => tag.id)).not.toContain(boat.id);
  expect((await world.operator.send('DELETE', `/tags/${boat.id}`)).status).toBe(404);
});

test('a collection is made, filled, described, shown and deleted; its assets stay', async () => {
  const made = await world.operator.post('/collections', { name: 'Crete', assetIds: [ids[0], newId()] });
  expect(made.body).toMatchObject({ name: 'Crete', description: '', assets: 1, covers: [] });
  const path = `/collections/${made.body.id}`;
  expect((await world.operator.post(`${path}/assets`, { ids, action: 'add' })).body.changed).toBe(2);
  expect((await world.operator.post(`${path}/assets`, { ids: [ids[1]], action: 'remove' })).body.changed).toBe(1);
  expect((await world.viewer.get(`/assets?collection=${made.body.id}`)).body.items).toHaveLength(2);
  expect((await asset()).collections).toEqual([{ id: made.body.id, name: 'Crete' }]);
  expect((await world.operator.send('PATCH', path, { description: 'Summer' })).body).toMatchObject({
    name: 'Crete',
    description: 'Summer',
    assets: 2,
  });
  await world.operator.post('/assets/trash', { ids: [ids[2]] });
  expect((await world.viewer.get('/collections')).body.items[0]).toMatchObject({ id: made.body.id, assets: 1 });
  await world.operator.post('/assets/restore', { ids: [ids[2]] });
  expect((await world.operator.send('DELETE', path)).status).toBe(204);
  expect((await world.viewer.get(path)).status).toBe(404);
  expect((await asset(ids[2])).collections).toEqual([]);
});

test('another organisation sees and touches none of it', async () => {
  const tag = (await world.operator.post('/tags', { name: 'secret' })).body;
  const collection = (await world.operator.post('/collections', { name: 'secret' })).body;
  const { stranger } = world;
  expect((await stranger.get('/tags')).body.items).toEqual([]);
  expect((await stranger.get('/collections')).body.items).toEqual([]);
  for (const [method, path, body] of [
    ['PATCH', `/tags/${tag.id}`, { name: 'x' }],
    ['DELETE', `/tags/${tag.id}`],
    ['POST', `/tags/${tag.id}/assets`, { ids, action: 'confirm' }],
    ['GET', `/collections/${collection.id}`],
    ['PATCH', `/collections/${collection.id}`, { name: 'x' }],
    ['POST', `/collections/${collection.id}/assets`, { ids, action: 'add' }],
    ['DELETE', `/collections/${collection.id}`],
  ] as const)
    expect((await stranger.send(method, path, body)).status).toBe(404);
  const own = (await stranger.post('/tags', { name: 'own' })).body;
  expect((await stranger.post(`/tags/${own.id}/assets`, { ids, action: 'confirm' })).body.changed).toBe(0);
});

test('repeating the making of a collection with its key makes one', async () => {
  const key = { 'idempotency-key': newId() };
  const [first, second] = [
    await world.operator.post('/collections', { name: 'Once' }, key),
    await world.operator.post('/collections', { name: 'Once' }, key),
  ];
  expect(second.body.id).toBe(first.body.id);
});
