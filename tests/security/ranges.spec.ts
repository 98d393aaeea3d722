import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, makeApiWorld, newBytes, send, sha256Of, upload } from '../integration/ingest/api-world.ts';

// U21 and U22: ranges of sealed originals, and what answers tell of other organisations.

const chunk = 262_144;
/** Two whole chunks and part of a third, so that ranges cross and touch their borders. */
const bytes = newBytes(2 * chunk + 77_777);
let world: ApiWorld;
let path: string;

beforeAll(async () => {
  world = await makeApiWorld();
  path = await add('sealed.bin');
});
afterAll(() => world?.close());

async function add(filename: string): Promise<string> {
  const answer = await upload(world, world.admin, bytes, { filename });
  return `/assets/${answer.headers['holdfast-asset-id']}/original`;
}
const get = (headers: Record<string, string>, person = world.viewer, at = path) => send(world, person, 'GET', at, { headers });

test.each([
  ['reversed', 'bytes=20-10'],
  ['a thousand of them', `bytes=${Array.from({ length: 1000 }, (_, index) => `${index}-${index}`).join(',')}`],
  ['overlapping ones', 'bytes=0-,0-,0-,0-,0-'],
  ['no numbers', 'bytes=0x0-0xff'],
  ['in units of another kind', 'chunks=0-1'],
])('U21 ranges that are %s give the whole once, never more', async (_, range) => {
  const answer = await get({ range });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-range']).toBeUndefined();
  expect(answer.body.equals(bytes)).toBe(true);
});

test.each([
  `bytes=${bytes.length}-`,
  `bytes=${bytes.length + 1}-${bytes.length + 9}`,
  'bytes=-0',
  'bytes=99999999999999999999-',
])('U21 what lies past the end (%s) is refused with the size, and no byte', async (range) => {
  const answer = await get({ range });
  expect([answer.status, answer.headers['content-range']]).toEqual([416, `bytes */${bytes.length}`]);
  expect(answer.body.length).toBeLessThan(1000);
});

test('U21 ranges on, before and across the borders of sealed chunks are slices of the whole', async () => {
  const borders = [0, chunk, 2 * chunk, bytes.length - 1];
  for (const border of borders)
    for (const [from, to] of [
      [border, border],
      [border - 1, border + 1],
      [border, border + chunk + 5],
      [border - chunk, border],
    ] as [number, number][]) {
      if (from < 0) continue;
      const answer = await get({ range: `bytes=${from}-${to}` });
      expect(answer.status).toBe(206);
      expect(answer.body.equals(bytes.subarray(from, to + 1))).toBe(true);
    }
});

test('U21 a flood of small ranges is answered byte for byte, and the appliance stays there for others', async () => {
  const offsets = Array.from({ length: 300 }, (_, index) => (index * 7919) % (bytes.length - 16));
  const answers = await Promise.all(offsets.map((from) => get({ range: `bytes=${from}-${from + 15}` })));
  for (const [index, { status, body }] of answers.entries()) {
    const from = offsets[index] as number;
    expect([status, body.equals(bytes.subarray(from, from + 16))]).toEqual([206, true]);
  }
  expect((await world.viewer.get('/assets?limit=1')).status).toBe(200);
});

test('U22 the same bytes in another organisation are nobody else’s duplicate, and conditions reveal nothing', async () => {
  const mine = await get({});
  const theirs = await upload(world, world.stranger, bytes, { filename: 'same.bin', sha256: sha256Of(bytes) });
  expect([theirs.status, theirs.headers['holdfast-duplicate']]).toEqual([201, 'false']);
  for (const headers of [
    {},
    { 'if-none-match': String(mine.headers.etag) },
    { 'if-none-match': '*' },
    { range: 'bytes=0-1', 'if-range': String(mine.headers.etag) },
    { range: `bytes=${bytes.length}-` },
  ] as Record<string, string>[]) {
    const answer = await get(headers, world.stranger);
    expect(answer.status).toBe(404);
    expect([answer.headers.etag, answer.headers['content-range']]).toEqual([undefined, undefined]);
  }
});
