import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { askRedis } from '#supervisor';
import { makePdf, makePicture, makeSound, makeVideo, makeWrittenPicture } from '../integration/pipeline/sample-media.ts';
import { buildWorker, type House, makeHouse } from './pipeline-house.ts';

interface File {
  name: string;
  bytes: Buffer;
}

let files: File[];
/** What an undisturbed worker makes of the files. */
let undisturbed: unknown;
let house: House | undefined;

/** Some forty files of all kinds, two of them hardly different from each other, one broken. */
async function makeFiles(): Promise<File[]> {
  const pictures = await Promise.all(
    Array.from({ length: 26 }, (_, index) => makePicture(index, { width: 1200, height: 900 })),
  );
  const jpeg = await makeWrittenPicture('Minutes of the council');
  return [
    ...pictures.map((bytes, index) => ({ name: `picture-${index}.jpg`, bytes })),
    { name: 'again.jpg', bytes: await makePicture(3, { width: 1200, height: 900, quality: 40 }) },
    { name: 'broken.jpg', bytes: Buffer.concat([(pictures[0] as Buffer).subarray(0, 150), Buffer.alloc(900, 7)]) },
    { name: 'notice.jpg', bytes: await makeWrittenPicture('Harbour pilot wanted') },
    { name: 'clip-1.mp4', bytes: makeVideo({ seconds: 3 }) },
    { name: 'clip-2.mp4', bytes: makeVideo({ seconds: 5 }) },
    { name: 'tone.mp3', bytes: makeSound(2, 'Bells') },
    { name: 'minutes.pdf', bytes: makePdf(['The budget was approved.', { jpeg, width: 1000, height: 400 }]) },
    { name: 'notes.txt', bytes: Buffer.from('The tide was high.') },
    { name: 'list.txt', bytes: Buffer.from('Bread\nButter\n') },
    { name: 'blob.bin', bytes: Buffer.from([0, 1, 2, 250, 251, 0, 0, 9]) },
    ...Array.from({ length: 4 }, (_, index) => ({ name: `letter-${index}.pdf`, bytes: makePdf([`Letter number ${index}.`]) })),
  ];
}

/**
 * All that the pipeline wrote, by name instead of by id, without times and without how often a step ran (that depends on
 * what finished first): two runs of the same files must agree.
 */
async function everything({ rows, texts }: House): Promise<unknown> {
  const of = (columns: string, source: string) =>
    rows(
      `SELECT a.name, ${columns} FROM ${source} JOIN asset a ON a.id = t.asset_id ORDER BY a.name, ${columns.replace(/ AS \w+/g, '')}`,
    );
  const textsOf = async () => {
    const assets = await rows<{ id: string; name: string }>('SELECT id, name FROM asset ORDER BY name');
    const all = await Promise.all(
      assets.map(async ({ id, name }) => (await texts(id)).map((segment) => ({ name, ...segment }))),
    );
    return all.flat().map(({ name, source, position, text, words }) => ({ name, source, position, text, words }));
  };
  return {
    assets: await rows(
      'SELECT name, kind, state, state_reason, width, height, captured_at, perceptual_hash::text FROM asset ORDER BY name',
    ),
    ledger: await of('t.step, t.state, t.outcome', 'ledger_step t'),
    renditions: await of(`t.kind, t.position, encode(t.object_sha256, 'hex')`, 'rendition t'),
    shots: await of('t.position, t.start_seconds', 'segment t'),
    texts: await textsOf(),
    vectors: await of('s.name AS space, t.part', 'embedding_space s JOIN embedding t ON t.space_id = s.id'),
    near: await rows(
      'SELECT a.name, b.name AS other, n.distance FROM near_duplicate n JOIN asset a ON a.id = n.asset_id JOIN asset b ON b.id = n.other_id ORDER BY 1, 2',
    ),
    indexed: await rows('SELECT a.name FROM search_document d JOIN asset a ON a.id = d.asset_id ORDER BY 1'),
  };
}

async function addAll(into: House): Promise<void> {
  for (const { name, bytes } of files) await into.add(bytes, name);
}

/** The asset is whole: as an undisturbed worker would have made it, with every byte that its rows name. */
async function expectWhole(after: House): Promise<void> {
  expect(await after.rows(`SELECT job, error_code, error_message FROM outbox`)).toEqual([]);
  expect(await after.missingObjects()).toEqual([]);
  expect(await everything(after)).toEqual(undisturbed);
}

beforeAll(async () => {
  buildWorker();
  files = await makeFiles();
  const reference = await makeHouse();
  await reference.startWorker();
  await addAll(reference);
  await reference.settle(120);
  undisturbed = await everything(reference);
  await reference.close();
}, 180_000);

afterEach(async () => {
  await house?.close();
  house = undefined;
});

describe('while some forty files are coming in', () => {
  test('a worker that is killed again and again loses nothing and does nothing twice', async () => {
    house = await makeHouse();
    await house.startWorker();
    const adding = addAll(house);
    for (let kill = 0; kill < 3; kill++) {
      await sleep(800 + Math.random() * 2500);
      await house.killWorker();
      await house.startWorker();
    }
    await adding;
    await house.settle(150);
    await expectWhole(house);
  });

  test('a Redis that is emptied, then killed, takes no job with it', async () => {
    house = await makeHouse();
    await house.startWorker();
    const adding = addAll(house);
    await sleep(1500);
    await askRedis(house.appliance.redisSocket, 'FLUSHALL');
    await sleep(2000);
    await house.restartRedis('kill');
    await adding;
    await house.settle(150);
    await expectWhole(house);
  });

  test('a PostgreSQL that restarts is waited for', async () => {
    house = await makeHouse();
    await addAll(house);
    await house.startWorker();
    for (let restart = 0; restart < 2; restart++) {
      await sleep(2000);
      await house.restartPostgres();
    }
    await house.settle(150);
    await expectWhole(house);
  });

  test('a worker that is told to stop finishes what it has begun, and the next one goes on', async () => {
    house = await makeHouse();
    await addAll(house);
    await house.startWorker();
    await sleep(2000);
    expect(await house.stopWorker()).toBe(0);
    expect(await house.rows(`SELECT FROM ledger_step WHERE state = 'running'`)).toEqual([]);
    await house.startWorker();
    await house.settle(120);
    await expectWhole(house);
  });
});

test('a file that always ends its parser becomes a dead letter that says why; others do not notice', async () => {
  house = await makeHouse((manifest) => {
    manifest.parsers.wallSeconds = 2;
    // Where the machine is busy the parser does not get its 2 s, and the file is tried six times: soon one after the other.
    manifest.queues.image.attempts = 2;
  });
  const create = { width: 16_000, height: 16_000, channels: 3 as const, background: '#345' };
  // Interlaced, so that every pass over it goes through all of its pixels.
  const evil = await house.add(await sharp({ create }).png({ progressive: true }).toBuffer(), 'evil.png');
  const good = await house.add(await makePicture(1, { width: 200, height: 150 }), 'good.jpg');
  await house.startWorker();
  await house.settle(120);
  const dead = await house.rows('SELECT asset_id, job, error_code, error_message FROM outbox');
  expect(dead).toEqual([
    {
      asset_id: evil,
      job: 'image.analyse',
      error_code: 'SANDBOX_TIMEOUT',
      error_message: expect.stringContaining('longer than'),
    },
  ]);
  const states = await house.rows('SELECT id, state, state_reason FROM asset');
  expect(states).toEqual(
    expect.arrayContaining([
      { id: good, state: 'ready', state_reason: null },
      { id: evil, state: 'unsupported', state_reason: expect.stringContaining('longer than') },
    ]),
  );
});
