import { afterAll, beforeAll, expect, test } from 'vitest';
import { IntelligenceJobsModule } from '#intelligence';
import { AssetTexts, MediaJobsModule, PipelineJobsModule } from '#media';
import { SearchJobsModule, SearchService, searchAssets } from '#search';
import { makeWorld, type World } from './pipeline-world.ts';
import { makePdf, makePicture, makeSound, makeSubtitledVideo, makeVideo, makeWrittenPicture, speak } from './sample-media.ts';

let world: World;

beforeAll(async () => {
  world = await makeWorld({ modules: [PipelineJobsModule, MediaJobsModule, IntelligenceJobsModule, SearchJobsModule] });
  await world.startWorker();
});
afterAll(() => world?.close());

async function add(bytes: Uint8Array, name: string) {
  const id = await world.add(bytes, name);
  await world.settle();
  const [asset] = await world.rows<Record<string, unknown>>('SELECT * FROM asset WHERE id = $1', [id]);
  const ledger = await world.rows<Record<string, unknown>>(
    'SELECT step, state, outcome, error_message, cpu_ms FROM ledger_step WHERE asset_id = $1',
    [id],
  );
  return {
    id,
    asset: asset as Record<string, unknown>,
    ledger: Object.fromEntries(ledger.map((row) => [row.step as string, row])),
  };
}

const renditions = (id: string) =>
  world.rows('SELECT kind, position FROM rendition WHERE asset_id = $1 ORDER BY kind, position', [id]);
const text = (id: string) =>
  world.as(async () =>
    (await world.app.get(AssetTexts, { strict: false }).read(id)).map(({ source, page, text, startSeconds }) => ({
      ...{ source, page, text, start_seconds: startSeconds },
    })),
  );

/** What each step cost that was done by parsers, engines and models, in milliseconds of processor time. */
function costs(ledger: Record<string, Record<string, unknown>>): Record<string, unknown> {
  const { probe, renditions, recognise, text } = ledger;
  const done = Object.entries({ probe, renditions, recognise, text }).filter(([, row]) => row?.state === 'done');
  return Object.fromEntries(done.map(([step, row]) => [step, Number(row?.cpu_ms) > 0]));
}

test('a photograph has vectors from the same decode', async () => {
  const { id, ledger, asset } = await add(await makePicture(1), 'photo.jpg');
  expect(asset.state).toBe('ready');
  expect(ledger.recognise).toMatchObject({ state: 'done', outcome: expect.stringContaining('visual-descriptor') });
  expect(await world.rows('SELECT part FROM embedding WHERE asset_id = $1', [id])).toEqual([{ part: 0 }]);
});

test('words in a picture are read and can be found', async () => {
  const { id, ledger } = await add(await makeWrittenPicture('Harbour pilot wanted\nAsk for Captain Mara'), 'notice.jpg');
  expect(ledger.text).toMatchObject({ state: 'done', outcome: expect.stringMatching(/words read/) });
  expect((await text(id)).map((row) => row.text).join(' ')).toMatch(/Harbour pilot/);
  expect(costs(ledger)).toEqual({ probe: true, renditions: true, recognise: true, text: true });
  const [document] = await world.rows<{ words: string }>('SELECT words::text FROM search_document WHERE asset_id = $1', [id]);
  expect(document?.words).toContain('harbour');
});

test('a video gets shots, poster, hover strip and what it sounds like, and says whether a proxy is needed', async () => {
  const { id, asset, ledger } = await add(makeVideo(), 'clip.mp4');
  expect(ledger.renditions).toMatchObject({ state: 'done', error_message: null });
  expect(asset).toMatchObject({ state: 'ready', width: 320, height: 240, duration_seconds: expect.closeTo(4, 0) });
  const kinds = (await renditions(id)).map((row) => row.kind);
  expect(kinds).toEqual(expect.arrayContaining(['hover-strip', 'poster', 'shot', 'thumbnail', 'waveform']));
  const shots = await world.rows('SELECT position, start_seconds FROM segment WHERE asset_id = $1 ORDER BY position', [id]);
  expect(shots.length).toBeGreaterThanOrEqual(2);
  const vectors = await world.rows('SELECT part, at_seconds FROM embedding WHERE asset_id = $1 ORDER BY part', [id]);
  expect(vectors).toHaveLength(shots.length + 1);
  expect(costs(ledger)).toEqual({ probe: true, renditions: true, recognise: true, text: true });
});

test('what is said is written down with its time', async () => {
  const { id, ledger, asset } = await add(
    speak('The quick brown fox jumps over the lazy dog. One two three four five six seven.'),
    'speech.wav',
  );
  expect(ledger.recognise).toMatchObject({ state: 'skipped', outcome: 'Sound has nothing to see.' });
  expect(ledger.text).toMatchObject({ state: 'done' });
  expect(asset.state).toBe('ready');
  const said = await text(id);
  expect(said.length).toBeGreaterThan(0);
  expect(said[0]).toMatchObject({ source: 'speech', start_seconds: expect.any(Number) });
  expect(costs(ledger)).toEqual({ probe: true, renditions: true, text: true });
});

test('the subtitles of a film are read, also where it makes no sound, and say in a search where they are', async () => {
  const { id, ledger, asset } = await add(
    makeSubtitledVideo([
      [1, 'Welcome to the harbour.'],
      [41, 'The dodecahedron is missing.'],
    ]),
    'film.mp4',
  );
  expect(asset.state).toBe('ready');
  expect(ledger.text).toMatchObject({
    state: 'done',
    outcome: '2 lines of subtitles read (en). There is no sound to listen to.',
  });
  expect(await text(id)).toEqual([
    { source: 'subtitle', page: null, text: 'Welcome to the harbour.', start_seconds: 1 },
    { source: 'subtitle', page: null, text: 'The dodecahedron is missing.', start_seconds: 41 },
  ]);
  const request = searchAssets.body?.parse({ text: 'dodecahedron' }) as Parameters<SearchService['search']>[0];
  const { hits } = await world.as(() => world.app.get(SearchService, { strict: false }).search(request));
  expect(hits[0]).toMatchObject({
    id,
    reasons: [
      { kind: 'subtitle', text: 'in the subtitles at 00:41', excerpt: 'The «dodecahedron» is missing.', atSeconds: 41 },
    ],
  });
});

test('a sound gets its waveform and title', async () => {
  const { id, asset } = await add(makeSound(), 'bells.mp3');
  expect(asset).toMatchObject({ kind: 'audio', state: 'ready', caption: 'Evening bells' });
  expect(await renditions(id)).toEqual([{ kind: 'waveform', position: 0 }]);
});

test('a document has its text by page, pictures of its pages, and reads those that were scanned', async () => {
  const jpeg = await makeWrittenPicture('Minutes of the\nharbour council');
  const { id, asset, ledger } = await add(
    makePdf(['The lighthouse budget was approved in spring.', { jpeg, width: 1000, height: 400 }]),
    'minutes.pdf',
  );
  expect(ledger.text).toMatchObject({ state: 'done', outcome: expect.stringMatching(/read on 1 scanned page/) });
  expect(asset).toMatchObject({ state: 'ready', page_count: 2 });
  const found = await text(id);
  expect(found).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ source: 'document', page: 1, text: expect.stringContaining('lighthouse') }),
      expect.objectContaining({ source: 'ocr', page: 2, text: expect.stringContaining('council') }),
    ]),
  );
  expect(await renditions(id)).toEqual([
    { kind: 'page', position: 0 },
    { kind: 'page', position: 1 },
    { kind: 'preview', position: 0 },
    { kind: 'thumbnail', position: 0 },
  ]);
});

test('plain text is read, and its first lines are the picture of its page', async () => {
  const { id, asset, ledger } = await add(Buffer.from('Dear diary,\n\nthe tide was unusually high today.\n'), 'diary.txt');
  expect(asset).toMatchObject({ kind: 'text', state: 'ready', width: 1000, height: 1414, thumbhash: expect.any(Buffer) });
  expect(ledger.renditions).toMatchObject({ state: 'done', outcome: 'Pictures of 1 page made.' });
  expect(await renditions(id)).toEqual([
    { kind: 'page', position: 0 },
    { kind: 'preview', position: 0 },
    { kind: 'thumbnail', position: 0 },
  ]);
  expect((await text(id))[0]?.text).toContain('unusually high');
  const blank = await add(Buffer.from(' \n\n \n'), 'blank.txt');
  expect(blank.ledger.renditions).toMatchObject({ state: 'skipped', outcome: 'There is no picture of it to show.' });
});

test('what nobody can read is kept, explained, and found by its name', async () => {
  const { id, asset } = await add(Buffer.from([0, 1, 2, 3, 250, 251, 252, 253, 0, 0, 7, 8]), 'firmware-blob.bin');
  expect(asset).toMatchObject({ kind: 'unknown', state: 'unsupported', state_reason: expect.stringMatching(/\w/) });
  const [document] = await world.rows<{ words: string }>('SELECT words::text FROM search_document WHERE asset_id = $1', [id]);
  expect(document?.words).toContain('firmware');
});
