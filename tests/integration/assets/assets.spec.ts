import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantDatabase } from '#database';
import { newId } from '#kernel';
import { type ApiWorld, makeApiWorld, newBytes, send, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await makeApiWorld();
});
afterAll(() => world?.close());

async function add(name: string, bytes: Buffer = newBytes(2000)): Promise<string> {
  const answer = await upload(world, world.admin, bytes, { filename: name });
  return String(answer.headers['holdfast-asset-id']);
}
const run = (text: string, parameters?: unknown[]) =>
  world.as(() => world.app.get(TenantDatabase).run((sql) => sql.run(text, parameters)));
const audited = async (action: string) => (await world.admin.get(`/audit?action=${action}`)).body.items;

test('the library comes newest first, page by page, each asset once', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 7; index++) ids.push(await add(`page ${index}.bin`));
  // Two of the same microsecond, so that the id decides.
  await run(`UPDATE asset SET shown_at = '2031-05-05 10:00:00.123456+00' WHERE id = ANY($1)`, [ids.slice(0, 4)]);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${cursor}` : '';
    const { body } = await world.viewer.get(`/assets?limit=2${query}`);
    seen.push(...body.items.map((item: { id: string }) => item.id));
    cursor = body.nextCursor;
  } while (cursor);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => ids.includes(id))).toHaveLength(7);
  expect(seen.slice(0, 4)).toEqual([...ids.slice(0, 4)].sort().reverse());
  // A jump into the middle, and on from there.
  const middle = (await world.viewer.get('/assets?limit=2&skip=1')).body;
  expect(middle.items.map((item: { id: string }) => item.id)).toEqual(seen.slice(1, 3));
  const on = (await world.viewer.get(`/assets?limit=1&cursor=${middle.nextCursor}`)).body;
  expect(on.items.map((item: { id: string }) => item.id)).toEqual(seen.slice(3, 4));
  expect((await world.viewer.get('/assets?skip=1000000')).body).toEqual({ items: [], nextCursor: null });
  const bad = await world.viewer.get('/assets?cursor=abc');
  expect([bad.status, bad.body.code]).toEqual([400, 'CURSOR_INVALID']);
});

test('filters narrow the library, and the timeline counts what they leave', async () => {
  const [first, second] = [await add('old.txt', Buffer.from('old words')), await add('older.txt', Buffer.from('older words'))];
  await run(`UPDATE asset SET shown_at = '1999-12-31 23:30:00+00', camera = 'Leica M6', rating = 4 WHERE id = $1`, [first]);
  await run(
    `UPDATE asset SET shown_at = '1999-11-01 00:00:00+00', camera = 'Leica M6', orientation = 'landscape' WHERE id = $1`,
    [second],
  );
  const idsOf = async (query: string) =>
    (await world.viewer.get(`/assets?${query}`)).body.items.map((item: { id: string }) => item.id);
  expect(await idsOf('from=1999-12-31&to=1999-12-31')).toEqual([first]);
  expect(await idsOf('camera=Leica%20M6')).toEqual([first, second]);
  expect(await idsOf('minRating=4')).toEqual([first]);
  expect(await idsOf('orientation=landscape')).toEqual([second]);
  expect(await idsOf('kind=text&kind=image&camera=Leica%20M6')).toEqual([first, second]);
  expect(await idsOf('before=1999-12-01T00:00:00Z')).toEqual([second]);
  const { body } = await world.viewer.get('/assets/timeline?camera=Leica%20M6');
  expect(body).toEqual({
    total: 2,
    months: [
      { month: '1999-12', count: 1 },
      { month: '1999-11', count: 1 },
    ],
  });
});

test('everything about an asset is told, with the ledger that says why', async () => {
  const id = await add('hostile \u202ename\n.txt', Buffer.from('some words to read'));
  const { status, body } = await world.viewer.get(`/assets/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id,
    name: 'hostile name .txt',
    kind: 'text',
    mediaType: 'text/plain',
    sizeBytes: 18,
    tags: [],
    collections: [],
  });
  expect(body.origins).toHaveLength(1);
  expect(body.ledger.map((step: { step: string }) => step.step)).toEqual([
    'probe',
    'renditions',
    'recognise',
    'text',
    'embed',
    'index',
  ]);
  expect((await world.viewer.get(`/assets/${id}/text`)).body).toEqual({ segments: [] });
});

test('what people say about an asset changes with its version and an audit row; the same again is no change', async () => {
  const id = await add('edit.bin');
  const before = (await world.viewer.get(`/assets/${id}`)).body;
  const edit = { name: 'Küste/bei\nNacht.bin', caption: 'Night', rating: 5, place: 'Crete' };
  const after = (await world.operator.send('PATCH', `/assets/${id}`, edit)).body;
  expect(after).toMatchObject({
    name: 'bei Nacht.bin',
    caption: 'Night',
    rating: 5,
    place: 'Crete',
    version: before.version + 1,
  });
  const same = (await world.operator.send('PATCH', `/assets/${id}`, { rating: 5 })).body;
  expect(same.version).toBe(after.version);
  const rows = (await audited('asset.updated')).filter((row: { target: { id: string } }) => row.target.id === id);
  expect(rows).toHaveLength(1);
  expect(rows[0].detail.rating).toEqual({ from: null, to: 5 });
  expect((await world.viewer.send('PATCH', `/assets/${id}`, { rating: 1 })).status).toBe(403);
  const nul = await world.operator.send('PATCH', `/assets/${id}`, { caption: 'a\0b' });
  expect([nul.status, nul.body.code]).toEqual([400, 'TEXT_UNSTORABLE']);
});

test('the trash takes assets out of the library and gives them back, in one audit row each', async () => {
  const ids = [await add('bin 1'), await add('bin 2')];
  expect((await world.operator.post('/assets/trash', { ids: [...ids, newId()] })).body).toEqual({ changed: 2 });
  expect((await world.operator.post('/assets/trash', { ids })).body).toEqual({ changed: 0 });
  const inTrash = (await world.viewer.get('/assets?trashed=true')).body.items.map((item: { id: string }) => item.id);
  expect(inTrash.sort()).toEqual([...ids].sort());
  expect((await world.operator.post('/assets/restore', { ids })).body).toEqual({ changed: 2 });
  expect((await world.viewer.get('/assets?trashed=true')).body.items).toEqual([]);
  expect((await audited('asset.trashed'))[0].detail.ids.sort()).toEqual([...ids].sort());
});

test('a trashed file that arrives again comes back', async () => {
  const bytes = newBytes(500);
  const id = await add('again.bin', bytes);
  await world.operator.post('/assets/trash', { ids: [id] });
  expect(await add('again.bin', bytes)).toBe(id);
  expect((await world.viewer.get(`/assets/${id}`)).body.trashedAt).toBeNull();
});

test('steps run again on demand', async () => {
  const id = await add('rerun.txt', Buffer.from('rerun these words'));
  const { status, body } = await world.operator.post(`/assets/${id}/rerun`, { steps: ['index'] });
  expect([status, body]).toEqual([202, { steps: ['index'] }]);
  expect((await world.operator.post(`/assets/${newId()}/rerun`, {})).status).toBe(404);
});

const bytesOf = (path: string, headers: Record<string, string> = {}) => send(world, world.viewer, 'GET', path, { headers });

test('originals come as attachments that no browser runs, whole or in one range', async () => {
  const bytes = Buffer.from('<script>alert(1)</script>'.repeat(40_000));
  const id = await add('seite "1".html', bytes);
  const path = `/assets/${id}/original`;
  const whole = await bytesOf(path);
  expect(whole.body.equals(bytes)).toBe(true);
  expect(whole.headers).toMatchObject({
    'content-disposition': `attachment; filename="seite _1_.html"; filename*=UTF-8''seite%20%221%22.html`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': `default-src 'none'; sandbox`,
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
  });
  const part = await bytesOf(path, { range: 'bytes=10-19' });
  expect([part.status, part.headers['content-range'], part.headers['content-length']]).toEqual([
    206,
    `bytes 10-19/${bytes.length}`,
    '10',
  ]);
  expect(part.body).toEqual(bytes.subarray(10, 20));
  const tail = await bytesOf(path, { range: 'bytes=-7' });
  expect(tail.body).toEqual(bytes.subarray(-7));
  const past = await bytesOf(path, { range: `bytes=${bytes.length}-` });
  expect([past.status, past.headers['content-range']]).toEqual([416, `bytes */${bytes.length}`]);
  for (const range of ['bytes=0-1,5-6', 'bytes=20-10', 'bytes=x-', 'chapters=1'])
    expect((await bytesOf(path, { range })).status).toBe(200);
  const known = await bytesOf(path, { 'if-none-match': String(whole.headers.etag) });
  expect([known.status, known.body.length]).toEqual([304, 0]);
  expect((await bytesOf(path, { range: 'bytes=0-1', 'if-range': '"another"' })).status).toBe(200);
  expect((await bytesOf(path, { range: 'bytes=0-1', 'if-range': String(whole.headers.etag) })).status).toBe(206);
});

async function tileOf(id: string): Promise<{ pictures: Record<string, string> }> {
  const { items } = (await world.viewer.get('/assets')).body as { items: { id: string; pictures: Record<string, string> }[] };
  return items.find((item) => item.id === id) ?? { pictures: {} };
}

test('renditions are shown in place when our own encoders made them, kept for good under their version, and never run otherwise', async () => {
  const bytes = newBytes(3000);
  const id = await add('with renditions.bin', bytes);
  const rendition = `INSERT INTO rendition (organisation_id, asset_id, kind, position, object_sha256, media_type, size_bytes)
    SELECT organisation_id, id, $2, 0, object_sha256, $3, size_bytes FROM asset WHERE id = $1`;
  await run(rendition, [id, 'thumbnail', 'image/webp']);
  await run(rendition, [id, 'proxy', 'video/mp4']);
  await run(rendition, [id, 'page', 'image/svg+xml']);
  const { pictures } = await tileOf(id);
  expect(Object.keys(pictures)).toEqual(['thumbnail']);
  const thumbnail = await bytesOf(`/assets/${id}/renditions/thumbnail?v=${pictures.thumbnail}`);
  expect(thumbnail.body).toEqual(bytes);
  expect(thumbnail.headers).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'private, max-age=31536000, immutable',
  });
  expect(thumbnail.headers['content-disposition']).toMatch(/^inline/);
  for (const other of ['', '?v=1'])
    expect((await bytesOf(`/assets/${id}/renditions/thumbnail${other}`)).headers['cache-control']).toBe('private, no-cache');
  // The proxy of a video that browsers play anyway is the original itself.
  const proxy = await bytesOf(`/assets/${id}/renditions/proxy`, { range: 'bytes=0-99' });
  expect([proxy.status, proxy.headers['content-type'], proxy.body.length]).toEqual([206, 'video/mp4', 100]);
  expect((await bytesOf(`/assets/${id}/renditions/page`)).headers['content-disposition']).toMatch(/^attachment/);
  const missing = await bytesOf(`/assets/${id}/renditions/poster`);
  expect([missing.status, missing.problem.code]).toEqual([404, 'MEDIA_RENDITION_NOT_FOUND']);
});

test('the address of a picture changes with its bytes and with nothing else that people do', async () => {
  const id = await add('rated.jpg');
  const show = (from: string) =>
    run(
      `INSERT INTO rendition (organisation_id, asset_id, kind, object_sha256, media_type, size_bytes)
       SELECT mine.organisation_id, mine.id, 'thumbnail', other.object_sha256, 'image/webp', other.size_bytes FROM asset AS mine, asset AS other
       WHERE mine.id = $1 AND other.id = $2
       ON CONFLICT (organisation_id, asset_id, kind, position) DO UPDATE SET object_sha256 = excluded.object_sha256`,
      [id, from],
    );
  const addresses = async () => {
    const detail = (await world.viewer.get(`/assets/${id}`)).body;
    expect(detail.renditions.map(({ kind, v }: { kind: string; v: string }) => [kind, v])).toEqual(
      Object.entries(detail.pictures),
    );
    return (await tileOf(id)).pictures;
  };
  await show(id);
  const before = await addresses();
  await world.operator.send('PATCH', `/assets/${id}`, { rating: 5 });
  expect(await addresses()).toEqual(before);
  await show(await add('made anew.webp'));
  const after = await addresses();
  expect(after).not.toEqual(before);
  const { body } = await world.operator.post('/collections', { name: 'Rated', assetIds: [id] });
  expect(body.covers).toEqual([{ id, v: after.thumbnail }]);
});

test('bytes that are gone from the disk are an error that says so, not an empty answer', async () => {
  const id = await add('lost.bin');
  await run(
    `INSERT INTO stored_object (organisation_id, sha256, size_bytes) SELECT organisation_id, sha256('nowhere'), 5 FROM asset WHERE id = $1`,
    [id],
  );
  await run(`UPDATE asset SET object_sha256 = sha256('nowhere') WHERE id = $1`, [id]);
  const answer = await bytesOf(`/assets/${id}/original`);
  expect([answer.status, answer.problem.code]).toEqual([503, 'STORAGE_OBJECT_MISSING']);
});

test('another organisation finds nothing under our ids, and changes nothing', async () => {
  const id = await add('ours.bin');
  const { stranger } = world;
  for (const path of [`/assets/${id}`, `/assets/${id}/text`, `/assets/${id}/original`, `/assets/${id}/renditions/thumbnail`])
    expect((await stranger.get(path)).status).toBe(404);
  expect((await stranger.send('PATCH', `/assets/${id}`, { rating: 1 })).status).toBe(404);
  expect((await stranger.post(`/assets/${id}/rerun`, {})).status).toBe(404);
  expect((await stranger.post('/assets/trash', { ids: [id] })).body).toEqual({ changed: 0 });
  expect((await stranger.get('/assets')).body.items).toEqual([]);
  expect((await stranger.get('/assets/timeline')).body).toEqual({ total: 0, months: [] });
});
