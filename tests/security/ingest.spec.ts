import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownFolders } from '#manifest';
import {
  type ApiWorld,
  begin,
  makeApiWorld,
  metadataOf,
  newBytes,
  patch,
  send,
  sha256Of,
  tus,
  tusBody,
  upload,
} from '../integration/ingest/api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await makeApiWorld((appliance) => {
    appliance.ingest.maxFileBytes = 10_000_000;
  });
});
afterAll(() => world?.close());

async function arrive(metadata: Record<string, string | Buffer>, bytes: Buffer = newBytes(50)) {
  const answer = await upload(world, world.admin, bytes, metadata);
  expect(answer.status).toBe(201);
  const [row] = await world.rows<{
    name: string;
    folder: string;
    given: string | null;
    kind: string;
    state: string;
    reason: string | null;
  }>(
    `SELECT a.name, a.folder, o.given_name AS given, a.kind, a.state, a.state_reason AS reason FROM asset a JOIN asset_origin o ON o.asset_id = a.id
     WHERE a.id = $1`,
    [answer.headers['holdfast-asset-id']],
  );
  return row;
}

const names: [string, string | Buffer, string][] = [
  ['that climbs', '../../../../etc/passwd', 'passwd'],
  ['that is absolute', '/etc/shadow', 'shadow'],
  ['with NUL', 'a.jpg\0.exe', 'a.jpg.exe'],
  ['with newlines', 'a\r\nSet-Cookie: x=1.jpg', 'a Set-Cookie: x=1.jpg'],
  ['that turns the writing', 'invoice\u202egpj.exe', 'invoicegpj.exe'],
  ['that is no UTF-8', Buffer.from([0xc3, 0x28, 0x2e, 0x70, 0x6e, 0x67]), '\ufffd(.png'],
  ['that is a device of Windows', 'con.jpg', '_con.jpg'],
  ['of nothing but dots', '...', 'unnamed'],
  ['that looks like markup', '<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
];
for (const [sentence, given, shown] of names)
  test(`a name ${sentence} is shown safely and kept as it was given`, async () => {
    const row = await arrive({ filename: given });
    expect(row?.name).toBe(shown);
    if (shown !== given) expect(row?.given).toMatch(/^[^\p{Cc}\u202a-\u202e]+$/u);
  });

test('a name of four thousand characters is cut, kept whole as given, and downloads', async () => {
  const given = `${'x'.repeat(3995)}.jpeg`;
  const row = await arrive({ filename: given });
  expect(Buffer.byteLength(row?.name ?? '')).toBe(255);
  expect(row).toMatchObject({ name: expect.stringMatching(/^x+….jpeg$/), given });
});

test('a folder never leads out of the library', async () => {
  const row = await arrive({ filename: 'a', folder: '../..//etc/\0cron.d/./x\n' });
  expect(row?.folder).toBe('etc/cron.d/x');
});

test('nothing outside the objects and uploads was written', () => {
  const { home, tiers } = world.appliance;
  const tierPaths = tiers.map(({ path }) => path);
  const known = ownFolders(world.appliance).map((path) => path.slice(home.length + 1).split('/')[0]);
  expect(readdirSync(home).filter((name) => !known.includes(name))).toEqual([]);
  for (const name of readdirSync(tierPaths[0] ?? '')) expect(name).toMatch(/^(\.incoming|[0-9a-f-]{36})$/);
});

const contents: [string, Buffer, { kind: string; state: string }][] = [
  ['empty', Buffer.alloc(0), { kind: 'unknown', state: 'unsupported' }],
  ['noise', newBytes(4000), { kind: 'unknown', state: 'unsupported' }],
  [
    'a program',
    Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(200)]),
    { kind: 'unknown', state: 'unsupported' },
  ],
  ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>'), { kind: 'text', state: 'processing' }],
  [
    'an HLS playlist of local files',
    Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
    { kind: 'text', state: 'processing' },
  ],
];
for (const [what, bytes, expected] of contents)
  test(`${what} under the name of a picture is kept as what it is`, async () => {
    const row = await arrive({ filename: 'holiday.jpg' }, bytes);
    expect(row).toMatchObject(expected);
    if (expected.state === 'unsupported') expect(row?.reason).toMatch(/\w{3}/);
  });

test('announced sizes bind: neither more bytes nor larger files get in', async () => {
  const tooLarge = { ...tus, 'upload-length': '10000001' };
  expect((await send(world, world.admin, 'POST', '/uploads', { headers: tooLarge })).status).toBe(413);
  const path = await begin(world, world.admin, 1000);
  expect((await patch(world, world.admin, path, 0, [newBytes(100_000)], { 'transfer-encoding': 'chunked' })).status).toBe(413);
  expect(readdirSync(world.appliance.paths.uploads)).toHaveLength(1);
});

test('an upload path that is no id reaches no file', async () => {
  for (const id of ['..%2f..%2fetc%2fpasswd', '%00', 'x'.repeat(200)]) {
    const answer = await send(world, world.admin, 'PATCH', `/uploads/${id}`, { headers: { ...tusBody, 'upload-offset': '0' } });
    expect(answer.status).toBe(400);
  }
});

test('uploads need the header of our own pages, and override headers change no method', async () => {
  const headers = { ...tus, 'upload-length': '5', 'x-http-method-override': 'DELETE' };
  const path = await begin(world, world.admin, 5);
  await send(world, world.admin, 'POST', path, { headers });
  expect((await send(world, world.admin, 'HEAD', path, { headers: tus })).status).toBe(200);
  const status = await new Promise((resolve) => {
    const plain = httpRequest({
      port: world.port,
      method: 'POST',
      path: '/api/v1/uploads',
      headers: { host: 'localhost:0', cookie: world.admin.cookie ?? '', ...headers },
    });
    plain.on('response', (answer) => resolve(answer.resume().statusCode)).end();
  });
  expect(status).toBe(403);
});

test('whether another organisation has a file shows in no answer', async () => {
  const bytes = newBytes(3000);
  await upload(world, world.admin, bytes, { filename: 'secret.bin' });
  const theirs = await upload(world, world.stranger, bytes, { filename: 'mine.bin', sha256: sha256Of(bytes) });
  expect([theirs.status, theirs.headers['holdfast-duplicate']]).toEqual([201, 'false']);
});

test('a sender that never sends its bytes holds neither the upload nor memory', async () => {
  const path = await begin(world, world.admin, 9_000_000);
  const before = process.memoryUsage().arrayBuffers;
  const slow = patch(world, world.admin, path, 0, [newBytes(1000), 400, 'cut'], { 'content-length': '9000000' });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  await slow;
  await expect.poll(async () => (await patch(world, world.admin, path, 1000, [newBytes(1000)])).status).toBe(204);
});

test('metadata keys that nobody knows are ignored, and one given twice is refused', async () => {
  const many = metadataOf(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'v'])));
  const answer = await send(world, world.admin, 'POST', '/uploads', {
    headers: { ...tus, 'upload-length': '1', 'upload-metadata': many },
  });
  expect(answer.status).toBe(201);
  const doubled = `${metadataOf({ filename: 'a' })},${metadataOf({ filename: 'b' })}`;
  const refused = await send(world, world.admin, 'POST', '/uploads', {
    headers: { ...tus, 'upload-length': '1', 'upload-metadata': doubled },
  });
  expect(refused.status).toBe(400);
});
