import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ObjectStore } from '#storage';
import {
  type Answer,
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
} from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await makeApiWorld();
});
afterAll(() => world?.close());

const offsetOf = async (path: string) => {
  const answer = await send(world, world.admin, 'HEAD', path, { headers: tus });
  return {
    status: answer.status,
    offset: Number(answer.headers['upload-offset']),
    assetId: answer.headers['holdfast-asset-id'],
  };
};
const assetOf = async (id: unknown) => {
  const [row] = await world.rows<{ sha256: string; name: string; folder: string; state: string; kind: string }>(
    `SELECT encode(object_sha256, 'hex') AS sha256, name, folder, state, kind FROM asset WHERE id = $1`,
    [id],
  );
  return row;
};

test('a file sent in three parts becomes one asset with the same bytes', async () => {
  const bytes = newBytes(3_000_000);
  const path = await begin(world, world.admin, bytes.length, { filename: 'große Datei.bin', folder: '2024/Crete' });
  for (const [start, end] of [
    [0, 1_000_000],
    [1_000_000, 2_000_000],
  ] as const) {
    const answer = await patch(world, world.admin, path, start, [bytes.subarray(start, end)]);
    expect([answer.status, answer.headers['upload-offset'], answer.headers['holdfast-asset-id']]).toEqual([
      204,
      String(end),
      undefined,
    ]);
  }
  const last = await patch(world, world.admin, path, 2_000_000, [bytes.subarray(2_000_000)]);
  expect([last.status, last.headers['holdfast-duplicate']]).toEqual([204, 'false']);
  const asset = await assetOf(last.headers['holdfast-asset-id']);
  expect(asset).toMatchObject({ sha256: sha256Of(bytes), name: 'große Datei.bin', folder: '2024/Crete', state: 'unsupported' });
  expect((await world.as(() => world.app.get(ObjectStore).read(sha256Of(bytes)))).equals(bytes)).toBe(true);
  expect(await offsetOf(path)).toEqual({ status: 200, offset: bytes.length, assetId: last.headers['holdfast-asset-id'] });
  expect(readdirSync(world.appliance.paths.uploads)).toEqual([]);
});

test('a connection that breaks costs nothing that arrived', async () => {
  const bytes = newBytes(2_000_000);
  const path = await begin(world, world.admin, bytes.length);
  await patch(world, world.admin, path, 0, [bytes.subarray(0, 700_000), 200, 'cut'], {
    'content-length': String(bytes.length),
  });
  await expect.poll(async () => (await offsetOf(path)).offset).toBe(700_000);
  const { status, headers } = await patch(world, world.admin, path, 700_000, [bytes.subarray(700_000)]);
  expect(status).toBe(204);
  expect((await assetOf(headers['holdfast-asset-id']))?.sha256).toBe(sha256Of(bytes));
});

test('a small file comes with the request that begins it', async () => {
  const bytes = Buffer.from('hello, tide');
  const answer = await upload(world, world.admin, bytes, { filename: 'tide.txt', sha256: sha256Of(bytes) });
  expect([answer.status, answer.headers['upload-offset'], answer.headers['tus-resumable']]).toEqual([201, '11', '1.0.0']);
  expect(await assetOf(answer.headers['holdfast-asset-id'])).toMatchObject({
    name: 'tide.txt',
    kind: 'text',
    state: 'processing',
  });
  expect((await offsetOf(String(answer.headers.location))).assetId).toBe(answer.headers['holdfast-asset-id']);
});

test('a large file may begin with the request that creates it, and go on', async () => {
  const bytes = newBytes(6_000_000);
  const headers = { ...tusBody, 'upload-length': String(bytes.length), 'upload-metadata': metadataOf({ filename: 'a.bin' }) };
  const created = await send(world, world.admin, 'POST', '/uploads', { headers, body: [bytes.subarray(0, 5_000_000)] });
  expect([created.status, created.headers['upload-offset']]).toEqual([201, '5000000']);
  const last = await patch(world, world.admin, String(created.headers.location), 5_000_000, [bytes.subarray(5_000_000)]);
  expect((await assetOf(last.headers['holdfast-asset-id']))?.sha256).toBe(sha256Of(bytes));
});

test('an empty file is kept, and marked', async () => {
  const headers = { ...tus, 'upload-length': '0', 'upload-metadata': metadataOf({ filename: 'nothing.jpg' }) };
  const answer = await send(world, world.admin, 'POST', '/uploads', { headers });
  expect(answer.status).toBe(201);
  expect(await assetOf(answer.headers['holdfast-asset-id'])).toMatchObject({ state: 'unsupported', name: 'nothing.jpg' });
});

test('two uploads of one file at once are one asset, and both are told', async () => {
  const bytes = newBytes(500_000);
  const [small, ...paths] = await Promise.all([
    upload(world, world.admin, bytes, { filename: 'one.bin' }),
    begin(world, world.admin, bytes.length, { filename: 'two.bin' }),
    begin(world, world.operator, bytes.length, { filename: 'three.bin' }),
  ]);
  const [second, third] = await Promise.all([
    patch(world, world.admin, paths[0], 0, [bytes]),
    patch(world, world.operator, paths[1], 0, [bytes]),
  ]);
  const ids = [small, second, third].map((answer) => answer.headers['holdfast-asset-id']);
  expect(new Set(ids).size).toBe(1);
  expect(
    [small, second, third].map((answer) => answer.headers['holdfast-duplicate']).filter((told) => told === 'true'),
  ).toHaveLength(2);
  const origins = await world.rows('SELECT name FROM asset_origin WHERE asset_id = $1 ORDER BY name', [ids[0]]);
  expect(origins.map((row) => row.name)).toEqual(['one.bin', 'three.bin', 'two.bin']);
});

test('other bytes than announced are refused and dropped', async () => {
  const bytes = newBytes(300_000);
  const wrong = sha256Of(Buffer.from('something else'));
  const whole = await upload(world, world.admin, bytes, { filename: 'a', sha256: wrong });
  expect([whole.status, whole.problem.code]).toEqual([460, 'UPLOAD_HASH_MISMATCH']);
  const path = await begin(world, world.admin, bytes.length, { filename: 'a', sha256: wrong });
  const parts = await patch(world, world.admin, path, 0, [bytes]);
  expect([parts.status, parts.problem.code]).toEqual([460, 'UPLOAD_HASH_MISMATCH']);
  expect((await send(world, world.admin, 'HEAD', path, { headers: tus })).status).toBe(410);
  expect(await world.rows(`SELECT FROM stored_object WHERE sha256 = decode($1, 'hex')`, [sha256Of(bytes)])).toEqual([]);
  expect(readdirSync(world.appliance.paths.uploads)).toEqual([]);
});

test('a part that does not match its checksum does not count, and may be sent again', async () => {
  const bytes = newBytes(400_000);
  const path = await begin(world, world.admin, bytes.length);
  const checksum = (part: Buffer) => ({ 'upload-checksum': `sha256 ${Buffer.from(sha256Of(part), 'hex').toString('base64')}` });
  const [first, rest] = [bytes.subarray(0, 150_000), bytes.subarray(150_000)];
  const damaged = await patch(world, world.admin, path, 0, [newBytes(150_000)], checksum(first));
  expect([damaged.status, damaged.problem.code]).toEqual([460, 'UPLOAD_CHECKSUM_MISMATCH']);
  expect((await offsetOf(path)).offset).toBe(0);
  expect((await patch(world, world.admin, path, 0, [first], checksum(first))).status).toBe(204);
  await patch(world, world.admin, path, 150_000, [rest.subarray(0, 10), 100, 'cut'], checksum(rest));
  await expect.poll(async () => (await patch(world, world.admin, path, 150_000, [rest], checksum(rest))).status).toBe(204);
  const [row] = await world.rows(`SELECT FROM asset WHERE object_sha256 = decode($1, 'hex')`, [sha256Of(bytes)]);
  expect(row).toBeDefined();
  const malformed = await patch(world, world.admin, path, 0, [bytes], { 'upload-checksum': 'md5 AAAA' });
  expect([malformed.status, malformed.problem.code]).toEqual([400, 'UPLOAD_HEADER_INVALID']);
});

test('while one request sends, another is told that the upload is locked', async () => {
  const bytes = newBytes(200_000);
  const path = await begin(world, world.admin, bytes.length);
  const slow = patch(world, world.admin, path, 0, [bytes.subarray(0, 100_000), 600, bytes.subarray(100_000)]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const other = await patch(world, world.admin, path, 0, [bytes]);
  expect([other.status, other.problem.code]).toEqual([423, 'UPLOAD_LOCKED']);
  expect((await send(world, world.admin, 'DELETE', path, { headers: tus })).status).toBe(423);
  expect((await slow).status).toBe(204);
});

test('a wrong offset, too many bytes and a foreign protocol are each refused with their reason', async () => {
  const bytes = newBytes(100_000);
  const path = await begin(world, world.admin, bytes.length);
  const refusals: [() => Promise<Answer>, number, string][] = [
    [() => patch(world, world.admin, path, 5, [bytes]), 409, 'UPLOAD_OFFSET_CONFLICT'],
    [() => patch(world, world.admin, path, 0, [bytes, bytes], { 'content-length': '200000' }), 413, 'UPLOAD_OVERFLOWS'],
    [
      () =>
        send(world, world.admin, 'PATCH', path, { headers: { ...tusBody, 'tus-resumable': '0.2.2', 'upload-offset': '0' } }),
      412,
      'UPLOAD_PROTOCOL_UNSUPPORTED',
    ],
    [() => send(world, world.admin, 'PATCH', path, { headers: { ...tusBody } }), 400, 'UPLOAD_HEADER_INVALID'],
    [
      () => send(world, world.admin, 'PATCH', path, { headers: { ...tus, 'upload-offset': '0' } }),
      415,
      'UPLOAD_CONTENT_TYPE_INVALID',
    ],
    [
      () => send(world, world.admin, 'POST', '/uploads', { headers: { ...tus, 'upload-length': '999999999999999' } }),
      413,
      'UPLOAD_TOO_LARGE',
    ],
    [
      () => send(world, world.admin, 'POST', '/uploads', { headers: { ...tus, 'upload-length': '-1' } }),
      400,
      'UPLOAD_HEADER_INVALID',
    ],
    [() => send(world, world.admin, 'POST', '/uploads', { headers: tus }), 400, 'UPLOAD_HEADER_INVALID'],
    [
      () =>
        send(world, world.admin, 'POST', '/uploads', {
          headers: { ...tus, 'upload-length': '1', 'upload-metadata': 'filename %%%' },
        }),
      400,
      'UPLOAD_HEADER_INVALID',
    ],
    [() => send(world, world.viewer, 'POST', '/uploads', { headers: { ...tus, 'upload-length': '1' } }), 403, 'ACCESS_DENIED'],
    [
      () => send(world, { cookie: undefined }, 'POST', '/uploads', { headers: { ...tus, 'upload-length': '1' } }),
      401,
      'SIGN_IN_NEEDED',
    ],
  ];
  for (const [refusal, status, code] of refusals) {
    const answer = await refusal();
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
  }
  const chunked = await patch(world, world.admin, path, 0, [bytes, 20, bytes]);
  expect([chunked.status, chunked.problem.code]).toEqual([413, 'UPLOAD_OVERFLOWS']);
  expect((await offsetOf(path)).offset).toBe(100_000);
});

test('an upload is its sender’s alone', async () => {
  const path = await begin(world, world.admin, 10);
  for (const other of [world.operator, world.stranger]) {
    expect((await send(world, other, 'HEAD', path, { headers: tus })).status).toBe(404);
    expect((await patch(world, other, path, 0, [newBytes(10)])).status).toBe(404);
    expect((await send(world, other, 'DELETE', path, { headers: tus })).status).toBe(404);
    expect((await send(world, other, 'GET', path)).status).toBe(404);
  }
});

test('an upload that is given up leaves nothing', async () => {
  const path = await begin(world, world.admin, 1000);
  await patch(world, world.admin, path, 0, [newBytes(500)]);
  expect((await send(world, world.admin, 'DELETE', path, { headers: tus })).status).toBe(204);
  expect((await send(world, world.admin, 'HEAD', path, { headers: tus })).status).toBe(404);
  expect(readdirSync(world.appliance.paths.uploads)).not.toContain(path.split('/').at(-1));
});

test('known bytes need not be sent: the pre-check knows them by hash and size, gives them the name, and takes them out of the trash', async () => {
  const bytes = newBytes(1000);
  const { headers } = await upload(world, world.admin, bytes, { filename: 'first.bin' });
  const id = headers['holdfast-asset-id'];
  await world.rows('UPDATE asset SET trashed_at = now() WHERE id = $1', [id]);
  const [sha256, unknown] = [sha256Of(bytes), sha256Of(newBytes(10))];
  const files = [
    { sha256, sizeBytes: 1000, name: 'second.bin', folder: 'again' },
    { sha256: unknown, sizeBytes: 10, name: 'new.bin' },
  ];
  const answer = await world.operator.post('/uploads/precheck', { files });
  expect(answer.body.files).toEqual([
    { sha256, assetId: id, trashed: true },
    { sha256: unknown, assetId: null, trashed: false },
  ]);
  const origins = await world.rows('SELECT folder, name FROM asset_origin WHERE asset_id = $1 ORDER BY 1', [id]);
  expect(origins).toEqual([
    { folder: '', name: 'first.bin' },
    { folder: 'again', name: 'second.bin' },
  ]);
  const wrongSize = await world.operator.post('/uploads/precheck', { files: [{ ...files[0], sizeBytes: 999 }] });
  expect(wrongSize.body.files[0].assetId).toBeNull();
  const elsewhere = await world.stranger.post('/uploads/precheck', { files: [files[0]] });
  expect(elsewhere.body.files[0].assetId).toBeNull();
});

test('what the server speaks can be asked', async () => {
  const { headers, status } = await send(world, { cookie: undefined }, 'OPTIONS', '/uploads');
  expect(status).toBe(204);
  expect(headers['tus-extension']).toBe('creation,creation-with-upload,termination,checksum,expiration');
  expect(headers['tus-max-size']).toBe(String(world.appliance.ingest.maxFileBytes));
});
