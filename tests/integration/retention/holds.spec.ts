import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TenantDatabase } from '#database';
import { newId } from '#kernel';
import { AssetRemoval } from '#media';
import { ObjectStore } from '#storage';
import { makeRetentionWorld, type RetentionWorld } from './retention-world.ts';

let world: RetentionWorld;
beforeAll(async () => {
  world = await makeRetentionWorld();
  await world.set({ 'original-other': 1 });
}, 180_000);
afterAll(() => {
  vi.useRealTimers();
  return world?.close();
});

const place = (assetIds: string[], name = 'Case 1') =>
  world.as(() => world.holds.place({ name, reason: 'Asked for by the court.', assetIds }));
const release = (id: string) => world.as(() => world.holds.release(id, 'The case is closed.'));
const isHeld = async (assetId: string) =>
  (
    await world.rows<{ held: boolean }>(
      'SELECT held FROM stored_object o JOIN asset a ON a.object_sha256 = o.sha256 WHERE a.id = $1',
      [assetId],
    )
  )[0]?.held;
const addRendition = async (assetId: string) => {
  const { sha256 } = await world.as(() => world.app.get(ObjectStore).put(randomBytes(500), { class: 'rendition' } as never));
  await world.rows(
    `INSERT INTO rendition (organisation_id, asset_id, kind, object_sha256, media_type, size_bytes) VALUES ($1, $2, 'preview', decode($3, 'hex'), 'image/webp', 500)`,
    [world.organisation.organisationId, assetId, sha256],
  );
  return sha256;
};
const renditionHeld = async (sha256: string) =>
  (await world.rows<{ held: boolean }>(`SELECT held FROM stored_object WHERE sha256 = decode($1, 'hex')`, [sha256]))[0]?.held;
const addCollection = async (...assetIds: string[]) => {
  const id = newId();
  await world.rows('INSERT INTO collection (organisation_id, id, name) VALUES ($1, $2, $3)', [
    world.organisation.organisationId,
    id,
    `Collection ${id}`,
  ]);
  await collect(id, ...assetIds);
  return id;
};
const collect = (id: string, ...assetIds: string[]) =>
  world.rows('INSERT INTO collection_asset (organisation_id, collection_id, asset_id) SELECT $1, $2, unnest($3::uuid[])', [
    world.organisation.organisationId,
    id,
    assetIds,
  ]);

test('a held asset outlives every policy, may lie in the trash, and goes once the last hold on it is released', async () => {
  const asset = await world.bring();
  const first = await place([asset]);
  const second = await place([asset], 'Case 2');
  await world.trash(asset);
  world.later(60);
  expect((await world.as(() => world.retention.preview({}))).held.assets).toBe(1);
  await world.run();
  expect(await world.isThere(asset)).toBe(true);
  expect(await world.as(() => world.holds.ofAsset(asset))).toMatchObject({
    held: true,
    holds: [
      { name: 'Case 1', reason: 'Asked for by the court.', placedBy: 'test' },
      { name: 'Case 2', placedBy: 'test' },
    ],
  });
  await release(first.id);
  expect(await isHeld(asset)).toBe(true);
  await world.run();
  expect(await world.isThere(asset)).toBe(true);
  expect(await release(second.id)).toMatchObject({ releasedBy: 'test', releaseReason: 'The case is closed.', assets: 1 });
  expect(await isHeld(asset)).toBe(false);
  await world.run();
  expect(await world.isThere(asset)).toBe(false);
  await expect(release(second.id)).rejects.toMatchObject({ code: 'HOLD_RELEASED' });
});

test('what was made of an asset before the hold and what is made of it later are held with it', async () => {
  const asset = await world.bring();
  const before = await addRendition(asset);
  const { id } = await place([asset]);
  expect(await renditionHeld(before)).toBe(true);
  await world.rows('DELETE FROM rendition WHERE asset_id = $1', [asset]);
  const later = await addRendition(asset);
  expect(await renditionHeld(later)).toBe(true);
  await release(id);
  expect(await renditionHeld(later)).toBe(false);
  expect(await renditionHeld(before)).toBe(false);
});

test('a hold on a collection holds what comes into it, and what leaves it', async () => {
  const [inside, comes, outside] = [await world.bring(), await world.bring(), await world.bring()];
  const collectionId = await addCollection(inside);
  const hold = await world.as(() => world.holds.place({ name: 'All of it', reason: 'Audit.', collectionId }));
  expect(hold).toMatchObject({ assets: 1, collection: { id: collectionId } });
  await collect(collectionId, comes);
  await world.rows('DELETE FROM collection_asset WHERE asset_id = $1', [inside]);
  world.later(10);
  await world.run();
  expect([await world.isThere(inside), await world.isThere(comes), await world.isThere(outside)]).toEqual([true, true, false]);
  await release(hold.id);
});

test('a hold of nothing is refused', async () => {
  await expect(place([newId()])).rejects.toMatchObject({ code: 'HOLD_EMPTY' });
  expect(await world.rows('SELECT FROM legal_hold WHERE released_at IS NULL')).toEqual([]);
});

test('the database itself refuses to delete a held asset', async () => {
  const asset = await world.bring();
  const { id } = await place([asset]);
  await expect(world.rows('DELETE FROM asset WHERE id = $1', [asset])).rejects.toMatchObject({ values: { sqlState: '23503' } });
  const removal = world.app.get(AssetRemoval);
  const removed = world.as(() => world.app.get(TenantDatabase).run((sql) => removal.remove(sql, [asset], 'retention')));
  await expect(removed).rejects.toMatchObject({ code: 'ASSET_HELD' });
  await release(id);
});

test('a hold that is placed while a run is under way wins where it commits first', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, (_, index) => world.bring(`race ${index}.bin`)));
  world.later(5);
  const { digest } = await world.as(() => world.retention.preview({}));
  const { id } = await world.as(() => world.requests.run(digest));
  const placed = Promise.all(ids.map((asset) => place([asset], `Race ${asset}`).catch((error) => error.code)));
  await Promise.all([placed, world.as(() => world.runner.run(id))]);
  const outcomes = await placed;
  for (const [index, asset] of ids.entries()) {
    const outcome = outcomes[index];
    if (outcome === 'HOLD_EMPTY') expect(await world.isThere(asset)).toBe(false);
    else expect(await world.isThere(asset)).toBe(true);
  }
});

test('who holds an asset that a run has locked waits for the run and is told that it is gone', async () => {
  const asset = await world.bring();
  const database = world.app.get(TenantDatabase);
  const locked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const deleting = world.as(() =>
    database.run(async (sql) => {
      await sql.run('SELECT FROM asset WHERE id = $1 FOR UPDATE', [asset]);
      locked.resolve();
      await go.promise;
      await sql.run('DELETE FROM asset WHERE id = $1', [asset]);
    }),
  );
  await locked.promise;
  const placed = place([asset]).catch((error) => error.code);
  go.resolve();
  await deleting;
  expect(await placed).toBe('HOLD_EMPTY');
});
