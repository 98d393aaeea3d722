import { Redis } from 'ioredis';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { PipelineService } from '#media';
import { eventChannel, type PublishedEvent, redisConnection } from '#queue';
import { makeWorld, until, type World } from './pipeline-world.ts';
import { makePicture } from './sample-media.ts';
import { standIn } from './stand-ins.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld({ providers: [standIn('speech.transcribe'), standIn('text.recognise'), standIn('asset.embed')] });
  await world.startWorker();
});
afterAll(() => world?.close());

async function asset(id: string) {
  const [row] = await world.rows<Record<string, never>>('SELECT * FROM asset WHERE id = $1', [id]);
  return row as unknown as Record<string, unknown>;
}

test('a JPEG that arrives is ready with its thumbnail, facts and words', async () => {
  const photo = await sharp(await makePicture(1, { width: 1600, height: 1200 }))
    .withExif({
      IFD0: { Make: 'Canon', Model: 'Canon EOS 5D' },
      IFD2: { DateTimeOriginal: '2024:05:03 18:02:11', OffsetTimeOriginal: '+02:00' },
    })
    .jpeg()
    .toBuffer();
  const id = await world.add(photo, 'harbour.jpg');
  await world.settle();
  expect(await world.ledger(id)).toEqual({
    probe: 'done',
    renditions: 'done',
    recognise: 'done',
    text: 'skipped',
    embed: 'skipped',
    index: 'done',
  });
  const found = await asset(id);
  expect(found).toMatchObject({ state: 'ready', width: 1600, height: 1200, orientation: 'landscape', camera: 'Canon EOS 5D' });
  expect(found.captured_at).toEqual(new Date('2024-05-03T16:02:11Z'));
  expect(found.shown_at).toEqual(found.captured_at);
  const renditions = await world.rows('SELECT kind, width FROM rendition WHERE asset_id = $1 ORDER BY kind', [id]);
  expect(renditions).toEqual([
    { kind: 'preview', width: 1440 },
    { kind: 'thumbnail', width: 250 },
  ]);
  const words = await world.rows<{ words: string }>('SELECT words::text FROM search_document WHERE asset_id = $1', [id]);
  expect(words[0]?.words).toContain('harbour');
});

test('a file that is no picture after all is unsupported, and says why', async () => {
  const whole = await makePicture(2);
  const id = await world.add(Buffer.concat([whole.subarray(0, 200), Buffer.alloc(500)]), 'broken.jpg');
  await world.settle();
  expect(await world.ledger(id)).toMatchObject({
    probe: 'failed',
    renditions: 'failed',
    recognise: 'failed',
    text: 'skipped',
    index: 'done',
  });
  const failed = await world.rows<{ cpu_ms: number }>(
    `SELECT cpu_ms FROM ledger_step WHERE asset_id = $1 AND state = 'failed'`,
    [id],
  );
  expect(failed.map(({ cpu_ms }) => cpu_ms > 0)).toEqual([true, true, true]);
  expect(await asset(id)).toMatchObject({ state: 'unsupported', state_reason: expect.stringMatching(/\w/) });
  expect(await world.rows('SELECT FROM outbox')).toHaveLength(0);
});

test('pictures that look nearly the same know of each other', async () => {
  const first = await world.add(await makePicture(3, { quality: 90 }), 'burst-1.jpg');
  const second = await world.add(await makePicture(3, { quality: 40 }), 'burst-2.jpg');
  const other = await world.add(await makePicture(4), 'else.jpg');
  await world.settle();
  const pairs = await world.rows<{ asset_id: string; other_id: string }>(
    'SELECT asset_id, other_id FROM near_duplicate ORDER BY 1, 2',
  );
  expect(pairs).toEqual(
    [
      { asset_id: first, other_id: second },
      { asset_id: second, other_id: first },
    ].sort((a, b) => (a.asset_id < b.asset_id ? -1 : 1)),
  );
  expect(pairs.flatMap((pair) => [pair.asset_id, pair.other_id])).not.toContain(other);
});

/** A photograph that was rated, captioned and given keywords elsewhere. */
async function catalogued(seed: number, rating: number, caption: string, keywords: string[]): Promise<Buffer> {
  const words = keywords.map((word) => `<rdf:li>${word}</rdf:li>`).join('');
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="${rating}">
    <dc:subject><rdf:Bag>${words}</rdf:Bag></dc:subject>
    <dc:description><rdf:Alt><rdf:li xml:lang="x-default">${caption}</rdf:li></rdf:Alt></dc:description>
    </rdf:Description></rdf:RDF></x:xmpmeta>`;
  return sharp(await makePicture(seed))
    .withXmp(xmp)
    .jpeg()
    .toBuffer();
}

test('rating, caption and keywords of the file are taken over, and what a person changed stays when it is read again', async () => {
  const id = await world.add(await catalogued(20, 4, 'Evening at the pier', ['Pier', 'sunset']), 'pier.jpg');
  await world.settle();
  expect(await asset(id)).toMatchObject({ rating: 4, caption: 'Evening at the pier' });
  const tags = () =>
    world.rows(
      'SELECT t.name, x.source, x.state FROM asset_tag x JOIN tag t ON t.id = x.tag_id WHERE x.asset_id = $1 ORDER BY 1',
      [id],
    );
  expect(await tags()).toEqual([
    { name: 'Pier', source: 'file', state: 'confirmed' },
    { name: 'sunset', source: 'file', state: 'confirmed' },
  ]);
  await world.rows(`UPDATE asset SET caption = '', rating = 2 WHERE id = $1 RETURNING 1`, [id]);
  await world.rows(
    `UPDATE asset_tag SET state = 'rejected', changed_by = $2 FROM tag t WHERE t.id = tag_id AND t.name = 'sunset' AND asset_id = $1 RETURNING 1`,
    [id, newId()],
  );
  await world.as(() => world.app.get(PipelineService).rerun(id, ['probe']));
  await world.settle();
  expect(await asset(id)).toMatchObject({ rating: 2, caption: '' });
  expect(await tags()).toEqual([
    { name: 'Pier', source: 'file', state: 'confirmed' },
    { name: 'sunset', source: 'file', state: 'rejected' },
  ]);
});

test('browsers hear how an asset comes along', async () => {
  const heard: PublishedEvent[] = [];
  const listener = new Redis(redisConnection(world.appliance));
  listener.on('message', (_channel, message) => heard.push(JSON.parse(message) as PublishedEvent));
  await listener.subscribe(eventChannel);
  const id = await world.add(await makePicture(21), 'live.jpg');
  await world.settle();
  // Events of other assets are heard too, and any may overtake another: wait for the two that end this one.
  const ofThis = (event: string, wanted: object) =>
    heard.some(
      (one) =>
        one.event === event &&
        one.organisationId === world.organisation.organisationId &&
        Object.entries(wanted).every(([key, value]) => (one.payload as Record<string, unknown>)[key] === value),
    );
  await until(async () => ofThis('ledger.advanced', { assetId: id, step: 'index' }));
  await until(async () => ofThis('asset.changed', { id, state: 'ready' }));
  listener.disconnect();
});
