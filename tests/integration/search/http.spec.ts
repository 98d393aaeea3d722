import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { SearchIndexService } from '#search';
import { type ApiWorld, makeApiWorld, newBytes, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
let id: string;
beforeAll(async () => {
  world = await makeApiWorld();
  const answer = await upload(world, world.admin, newBytes(2000), { filename: 'Saturn rocket.bin' });
  id = String(answer.headers['holdfast-asset-id']);
  await world.as(() => world.app.get(SearchIndexService).indexAsset(id));
});
afterAll(() => world?.close());

test('a viewer searches, pages, and reads why', async () => {
  const { status, body } = await world.viewer.post('/search', { text: 'rockets', limit: 1 });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    hits: [{ id, name: 'Saturn rocket.bin', reasons: [{ kind: 'name', excerpt: 'Saturn «rocket».bin' }] }],
    nextCursor: null,
    total: 1,
    unavailable: [{ way: 'meaning' }],
    plan: { vectors: 'none' },
  });
});

test('what does not fit is refused with the name of the value', async () => {
  for (const body of [
    { text: 'x'.repeat(501) },
    { text: 'x', filters: { place: 'a\u0000b' } },
    { text: 'x', filters: { unknown: 1 } },
    { text: 'x', cursor: 'nonsense' },
    { text: 'x', limit: 0 },
    { similarTo: 'no id' },
  ]) {
    const answer = await world.viewer.post('/search', body);
    expect([answer.status, answer.body.code]).toEqual([400, expect.stringMatching(/^(INPUT|SEARCH_CURSOR)_INVALID$/)]);
  }
  expect((await world.viewer.post('/search', { similarTo: newId() })).status).toBe(404);
  expect((await world.viewer.get(`/assets/${newId()}/similar`)).status).toBe(404);
});

test('history, saved searches and suggestions are there for the person', async () => {
  const saved = await world.viewer.post('/search/saved', { name: 'Rockets', query: { text: 'rocket' } });
  expect(saved.status).toBe(201);
  expect((await world.viewer.get('/search/saved')).body.items).toHaveLength(1);
  expect((await world.admin.get('/search/saved')).body.items).toHaveLength(0);
  expect((await world.viewer.get('/search/suggestions?text=satu')).body.items).toEqual([
    { text: 'Saturn rocket.bin', kind: 'name' },
  ]);
  expect((await world.viewer.get('/search/history')).body.items[0].text).toBe('rockets');
  expect((await world.viewer.send('DELETE', '/search/history')).status).toBe(204);
  expect((await world.viewer.get('/search/history')).body.items).toEqual([]);
  expect((await world.viewer.send('DELETE', `/search/saved/${saved.body.id}`)).status).toBe(204);
  expect((await world.viewer.send('DELETE', `/search/saved/${saved.body.id}`)).status).toBe(404);
});
