import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantDatabase } from '#database';
import type { WrappedKey } from '#keys';
import { firstTier } from '#manifest';
import { IncomingObjects, ObjectStore } from '#storage';
import { UploadSweeper } from '../../../libs/media/src/uploads/upload-sweeper.ts';
import { objectPath } from '../../../libs/storage/src/object-path.ts';
import { type ApiWorld, begin, makeApiWorld, newBytes, patch, send, sha256Of, tus } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await makeApiWorld();
});
afterAll(() => world?.close());

const run = (text: string, parameters: unknown[]) =>
  world.as(() => world.app.get(TenantDatabase).run((sql) => sql.run(text, parameters)));
const sweep = () => world.app.get(UploadSweeper, { strict: false }).sweep();
const idOf = (path: string) => String(path.split('/').at(-1));

test('an expired upload answers nothing any more, and the sweep takes its bytes', async () => {
  const path = await begin(world, world.admin, 1000);
  await patch(world, world.admin, path, 0, [newBytes(400)]);
  const file = join(world.appliance.paths.uploads, idOf(path));
  expect(existsSync(file)).toBe(true);
  await run(`UPDATE upload SET expires_at = now() - interval '1 second' WHERE id = $1`, [idOf(path)]);
  expect((await send(world, world.admin, 'HEAD', path, { headers: tus })).status).toBe(404);
  await sweep();
  expect(readdirSync(world.appliance.paths.uploads)).toEqual([]);
  expect(await world.rows('SELECT FROM upload WHERE id = $1', [idOf(path)])).toEqual([]);
});

/** Brings all bytes of an upload to the disk, as a request does that the process dies over at its end. */
async function receiveAll(path: string, bytes: Buffer): Promise<void> {
  const id = idOf(path);
  const [key] = await world.rows<WrappedKey & Record<string, unknown>>(
    `SELECT key_id AS "keyId", key_version AS "keyVersion", wrapped_key AS wrapped FROM upload WHERE id = $1`,
    [id],
  );
  const announced = { id, path: join(world.appliance.paths.uploads, id), sizeBytes: bytes.length, key: key as WrappedKey };
  const file = await world.as(() => world.app.get(IncomingObjects).openAt(announced, 0));
  await file.append(bytes);
  await file.pause();
  await file.close();
  await run(`UPDATE upload SET offset_bytes = size_bytes, updated_at = now() - interval '5 minutes' WHERE id = $1`, [id]);
}

async function expectSwept(path: string, bytes: Buffer): Promise<void> {
  await sweep();
  const [asset] = await world.rows<{ id: string }>(`SELECT id FROM asset WHERE object_sha256 = decode($1, 'hex')`, [
    sha256Of(bytes),
  ]);
  expect(asset).toBeDefined();
  const asked = await send(world, world.admin, 'HEAD', path, { headers: tus });
  expect(asked.headers['holdfast-asset-id']).toBe(asset?.id);
  expect(await world.as(() => world.app.get(ObjectStore).verify(sha256Of(bytes)))).toBe(true);
  expect(readdirSync(world.appliance.paths.uploads)).toEqual([]);
}

test.each([1000, 300_000, 2_500_000])(
  'an upload of %d bytes that the process died over, all bytes there, becomes an asset without its sender',
  async (size) => {
    const bytes = newBytes(size);
    const path = await begin(world, world.admin, bytes.length);
    await receiveAll(path, bytes);
    await expectSwept(path, bytes);
  },
);

test('one whose file had its name already, and no row yet, becomes an asset, too', async () => {
  const bytes = newBytes(700_000);
  const path = await begin(world, world.admin, bytes.length);
  await receiveAll(path, bytes);
  const id = idOf(path);
  const named = objectPath(firstTier(world.appliance).path, world.organisation.organisationId, id);
  mkdirSync(join(named, '..'), { recursive: true });
  renameSync(join(world.appliance.paths.uploads, id), named);
  await run(`UPDATE upload SET received_sha256 = decode($2, 'hex') WHERE id = $1`, [id, sha256Of(bytes)]);
  await expectSwept(path, bytes);
});
