import { readdirSync } from 'node:fs';
import { Upload, type UploadOptions } from 'tus-js-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ObjectStore } from '#storage';
import { type ApiWorld, makeApiWorld, newBytes, sha256Of } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await makeApiWorld();
});
afterAll(() => world?.close());

/** Uploads with the client that the portal uses; answers when it says so. */
function client(bytes: Buffer, options: Partial<UploadOptions> = {}): { upload: Upload; done: Promise<string | undefined> } {
  let assetId: string | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const upload = new Upload(bytes, {
    endpoint: `http://127.0.0.1:${world.port}/api/v1/uploads`,
    headers: { host: 'localhost:0', cookie: world.admin.cookie ?? '', 'x-holdfast-request': '1' },
    metadata: { filename: 'from the client.bin', sha256: sha256Of(bytes) },
    retryDelays: [100, 200, 400],
    onAfterResponse: (_request, response) => {
      assetId = response.getHeader('Holdfast-Asset-Id') ?? assetId;
    },
    onSuccess: () => resolve(assetId),
    onError: reject,
    ...options,
  });
  return { upload, done: promise };
}

/** Whether an object of exactly these bytes is stored. */
const isStored = async (bytes: Buffer) =>
  (await world.as(() => world.app.get(ObjectStore).read(sha256Of(bytes)))).equals(bytes);

for (const [how, options] of [
  ['in one piece', {}],
  ['in chunks', { chunkSize: 700_000 }],
  ['with the creating request', { uploadDataDuringCreation: true }],
  ['with the creating request, in chunks', { uploadDataDuringCreation: true, chunkSize: 500_000 }],
] as const)
  test(`tus-js-client uploads ${how}`, async () => {
    const bytes = newBytes(2_345_678);
    const { upload, done } = client(bytes, options);
    upload.start();
    expect(await done).toMatch(/^[0-9a-f-]{36}$/);
    expect(await isStored(bytes)).toBe(true);
  });

test('tus-js-client pauses, goes on in another session, and is told the asset at the end', async () => {
  const bytes = newBytes(6_000_000);
  const first = client(bytes, {
    chunkSize: 1_000_000,
    onChunkComplete: (_size, accepted) => {
      if (accepted >= 3_000_000) void first.upload.abort();
    },
  });
  first.upload.start();
  await expect.poll(() => first.upload.url).toBeTruthy();
  await expect
    .poll(
      async () =>
        (await world.rows<{ at: number }>('SELECT max(offset_bytes)::float8 AS at FROM upload WHERE size_bytes = 6000000'))[0]
          ?.at,
    )
    .toBeGreaterThanOrEqual(3_000_000);
  const second = client(bytes, { uploadUrl: String(first.upload.url) });
  second.upload.start();
  expect(await second.done).toMatch(/^[0-9a-f-]{36}$/);
  expect(await isStored(bytes)).toBe(true);
});

test('tus-js-client gives up an upload, and nothing of it stays', async () => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { upload } = client(newBytes(5_000_000), {
    chunkSize: 1_000_000,
    onChunkComplete: () => void upload.abort(true).then(resolve, reject),
  });
  upload.start();
  await promise;
  expect(await world.rows('SELECT FROM upload WHERE size_bytes = 5000000')).toEqual([]);
  expect(readdirSync(world.appliance.paths.uploads)).toEqual([]);
});
