import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TenantDatabase } from '#database';
import { KeystoreControl } from '#keys';
import { AssetTexts, type TextSegmentRow, type TextSource } from '#media';
import { SearchIndexService } from '#search';
import { postgresSuperuser } from '#supervisor';
import { type KeystoreHome, type KeystoreProcess, makeKeystoreHome } from '#testing';
import { type ApiWorld, makeApiWorld, upload } from '../ingest/api-world.ts';

const passphrase = 'a passphrase of length';
const sentence = 'the lighthouse keeper counted seven herons before breakfast';
let home: KeystoreHome;
let keyd: KeystoreProcess;
let world: ApiWorld;
let asset: string;

beforeAll(async () => {
  home = makeKeystoreHome();
  keyd = await home.start();
  world = await makeApiWorld((appliance) => Object.assign(appliance, { keystoreSocket: home.socketPath }));
  await vi.waitFor(async () => expect((await world.admin.get('/health/ready')).body.keys).toBe('READY'), 10_000);
  asset = await bring('recording.bin');
  await say(asset, 'speech', [spoken(0, 'Good morning.', 0), spoken(1, sentence, 41)]);
  await say(asset, 'document', [{ position: 0, page: 3, text: `Page three: ${sentence}.` }]);
});
afterAll(async () => {
  await world?.close();
  await keyd?.end();
  home?.remove();
});

async function bring(filename: string): Promise<string> {
  const added = await upload(world, world.admin, randomBytes(100), { filename });
  return String(added.headers['holdfast-asset-id']);
}

function spoken(position: number, text: string, startSeconds: number): TextSegmentRow {
  const words = text.split(' ').map((word, index) => ({
    ...{ text: word, confidence: 0.5, start: startSeconds + index, end: startSeconds + index + 1 },
  }));
  return { position, text, startSeconds, endSeconds: startSeconds + words.length, words, confidence: 0.5, language: 'en' };
}

/** As the pipeline's steps do: sealed first, stored in one transaction, then indexed. */
async function say(assetId: string, source: TextSource, segments: TextSegmentRow[]): Promise<void> {
  await world.as(async () => {
    const texts = world.app.get(AssetTexts, { strict: false });
    const sealed = await texts.seal(assetId, source, segments);
    await world.app.get(TenantDatabase).run((sql) => texts.replace(sql, sealed));
    await world.app.get(SearchIndexService).indexAsset(assetId);
  });
}

const page = (id: string) => world.viewer.get(`/assets/${id}/text`);
const search = async (text: string) => (await world.viewer.post('/search', { text, remember: false })).body;

async function withControl(work: (control: KeystoreControl) => Promise<unknown>): Promise<void> {
  const control = new KeystoreControl(home.socketPath);
  await work(control).finally(() => control.close());
}

test('what is said and read is on the page of its asset and in the reasons of hits, with times and words', async () => {
  const { status, body } = await page(asset);
  expect(status).toBe(200);
  expect(body.segments).toEqual([
    {
      ...{ source: 'document', position: 0, page: 3, startSeconds: null, endSeconds: null, confidence: null, language: null },
      ...{ text: `Page three: ${sentence}.`, words: [] },
    },
    { source: 'speech', page: null, ...spoken(0, 'Good morning.', 0) },
    { source: 'speech', page: null, ...spoken(1, sentence, 41) },
  ]);
  const { hits } = await search('herons');
  expect(hits[0].reasons).toEqual([
    expect.objectContaining({ kind: 'document-text', page: 3, excerpt: expect.stringContaining('seven «herons» before') }),
    expect.objectContaining({ kind: 'speech', text: 'spoken at 00:46', excerpt: expect.stringContaining('«herons»') }),
  ]);
});

test('nothing but the index of words tells of it: no row of a dump of the whole database holds two words in a row', async (ctx) => {
  const { socketFolder, databaseName } = world.appliance;
  const given = ['-h', socketFolder, '-U', postgresSuperuser, '--data-only', '--inserts', databaseName];
  let dump: string;
  try {
    dump = execFileSync('pg_dump', given, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return ctx.skip(`pg_dump cannot be run against this server: ${String(error).split('\n')[0]}`);
  }
  const has = (text: string) => dump.toLowerCase().includes(text.toLowerCase());
  expect(['INSERT INTO public.sealed_text', "''heron'':", "''lighthouse'':"].map(has)).toEqual([true, true, true]);
  const words = sentence.split(' ');
  const phrases = words.slice(1).map((word, index) => `${words[index]} ${word}`);
  const forms = (phrase: string) => [
    phrase,
    Buffer.from(phrase).toString('hex'),
    Buffer.from(phrase).toString('base64').slice(0, -4),
  ];
  expect(phrases.flatMap(forms).filter(has)).toEqual([]);
  const [parts] = await world.rows(
    `SELECT bool_and(substr(sealed, 1, 4) = 'HFO1') AS sealed, count(*)::int AS count FROM sealed_text`,
  );
  expect(parts).toEqual({ sealed: true, count: 2 });
});

test('a text that is found anew takes the place of the former, also in the index', async () => {
  const id = await bring('notice.bin');
  await say(id, 'ocr', [{ position: 0, text: 'harbour pilot wanted' }]);
  await say(id, 'ocr', [{ position: 0, text: 'dredger sold' }]);
  expect((await page(id)).body.segments.map(({ text }: { text: string }) => text)).toEqual(['dredger sold']);
  expect((await search('dredger ')).hits[0].reasons[0].excerpt).toBe('«dredger» sold');
  expect((await search('"harbour pilot wanted"')).total).toBe(0);
  await say(id, 'ocr', []);
  expect((await page(id)).body.segments).toEqual([]);
  expect(await world.rows('SELECT FROM sealed_text WHERE asset_id = $1', [id])).toEqual([]);
});

test('a long text is divided; each hit opens the part that it is in', async () => {
  const id = await bring('book.bin');
  const pages = Array.from({ length: 120 }, (_, position) => ({
    ...{ position, page: position + 1 },
    text: `${'filler and more filler '.repeat(30)} ${position === 97 ? 'quicksilver' : 'lead'}`,
  }));
  await say(id, 'document', pages);
  const [parts] = await world.rows<{ count: number }>('SELECT count(*)::int AS count FROM sealed_text WHERE asset_id = $1', [
    id,
  ]);
  expect(parts?.count).toBeGreaterThan(3);
  expect((await page(id)).body.segments.map(({ text }: { text: string }) => text)).toEqual(pages.map(({ text }) => text));
  const { hits } = await search('quicksilver ');
  expect(hits[0].reasons[0]).toMatchObject({ page: 98, excerpt: expect.stringContaining('«quicksilver»') });
});

test('a damaged text is named on its page; search goes on and says so, and other assets are not touched', async () => {
  const id = await bring('damaged.bin');
  await say(id, 'ocr', [{ position: 0, text: 'a walrus and a carpenter' }]);
  const other = await bring('sound.bin');
  await say(other, 'ocr', [{ position: 0, text: 'a walrus by itself' }]);
  await world.rows('UPDATE sealed_text SET sealed = set_byte(sealed, 70, get_byte(sealed, 70) # 1) WHERE asset_id = $1', [id]);
  const refused = await page(id);
  expect([refused.status, refused.body.code, refused.body.message ?? refused.body.detail]).toEqual([
    ...[503, 'MEDIA_TEXT_DAMAGED'],
    expect.stringContaining(id),
  ]);
  const hits = (await search('walrus ')).hits as { id: string; reasons: unknown[] }[];
  expect(hits.find((hit) => hit.id === id)?.reasons).toEqual([
    { kind: 'picture-text', text: 'text in picture, which is damaged', excerpt: null, atSeconds: null, page: null },
  ]);
  expect(hits.find((hit) => hit.id === other)?.reasons[0]).toMatchObject({ excerpt: 'a «walrus» by itself' });

  // It is still indexed by all else.
  expect((await world.operator.send('PATCH', `/assets/${id}`, { name: 'oysters.bin' })).status).toBe(200);
  expect((await search('oysters ')).hits[0]).toMatchObject({ id });
});

test('a part that was put in another asset’s place does not open there', async () => {
  const [one, two] = [await bring('one.bin'), await bring('two.bin')];
  for (const id of [one, two]) await say(id, 'ocr', [{ position: 0, text: `text of ${id}` }]);
  await world.rows(`UPDATE sealed_text t SET id = gen_random_uuid() WHERE asset_id = $1`, [two]);
  await world.rows(
    `UPDATE sealed_text t SET sealed = o.sealed, wrapped_key = o.wrapped_key, key_id = o.key_id, key_version = o.key_version
     FROM sealed_text o WHERE t.asset_id = $1 AND o.asset_id = $2`,
    [two, one],
  );
  expect((await page(two)).body.code).toBe('MEDIA_TEXT_DAMAGED');
  const [row] = await world.rows<{ id: string }>('DELETE FROM sealed_text WHERE asset_id = $1 RETURNING id', [one]);
  await world.rows('UPDATE sealed_text SET id = $2 WHERE asset_id = $1', [two, row?.id]);
  expect((await page(two)).body.code).toBe('MEDIA_TEXT_DAMAGED');
});

test('while the keys are sealed the page says so, search answers without excerpts, and what was renamed is found', async () => {
  const bare = await bring('bare.bin');
  await world.as(() => world.app.get(SearchIndexService).indexAsset(bare));
  await withControl(async (control) => {
    await control.reseal('passphrase', passphrase);
    await control.seal();
  });
  await vi.waitFor(async () => expect((await page(asset)).status).toBe(503), 15_000);
  const refused = await page(asset);
  expect([refused.body.code, Number(refused.headers['retry-after']) > 0]).toEqual(['KEYS_SEALED', true]);
  const { hits } = await search('herons');
  expect(hits[0].reasons).toEqual([
    { kind: 'document-text', text: 'in the text on page 3, which is locked away now', excerpt: null, atSeconds: null, page: 3 },
    { kind: 'speech', text: 'spoken at 00:41, which is locked away now', excerpt: null, atSeconds: 41, page: null },
  ]);
  await expect(say(asset, 'ocr', [{ position: 0, text: 'new' }])).rejects.toMatchObject({ code: 'KEYS_SEALED' });

  for (const [id, name] of [
    [asset, 'cormorant.bin'],
    [bare, 'gannet.bin'],
  ])
    expect((await world.operator.send('PATCH', `/assets/${id}`, { name })).status).toBe(200);
  expect((await search('gannet ')).hits[0]).toMatchObject({ id: bare });
  expect((await search('cormorant ')).total).toBe(0);
  await withControl((control) => control.unsealWithPassphrase(passphrase));
  await vi.waitFor(async () => expect((await page(asset)).status).toBe(200), 15_000);
  expect((await search('cormorant ')).hits[0]).toMatchObject({ id: asset });
  expect((await search('herons')).hits[0].reasons[0].excerpt).toContain('«herons»');
});
