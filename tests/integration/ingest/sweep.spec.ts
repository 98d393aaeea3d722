import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantDatabase } from '#database';
import { UploadSweeper } from '../../../libs/media/src/uploads/upload-sweeper.ts';
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

test('an upload that the process died over, all bytes there, becomes an asset without its sender', async () => {
  const bytes = newBytes(1000);
  const path = await begin(world, world.admin, bytes.length);
  // What a crash between the last byte and the asset leaves.
  writeFileSync(join(world.appliance.paths.uploads, idOf(path)), bytes);
  await run(`UPDATE upload SET offset_bytes = size_bytes, updated_at = now() - interval '5 minutes' WHERE id = $1`, [
    idOf(path),
  ]);
  await sweep();
  const [asset] = await world.rows<{ id: string }>(`SELECT id FROM asset WHERE object_sha256 = decode($1, 'hex')`, [
    sha256Of(bytes),
  ]);
  expect(asset).toBeDefined();
  const asked = await send(world, world.admin, 'HEAD', path, { headers: tus });
  expect(asked.headers['holdfast-asset-id']).toBe(asset?.id);
});
