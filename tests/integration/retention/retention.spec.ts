import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SystemDatabase } from '#database';
import { runAs } from '#kernel';
import { firstTier } from '#manifest';
import { IngestService, RetentionTimer } from '#media';
import { ObjectStore } from '#storage';
import { addOrganisation } from '#testing';
import { makeRetentionWorld, type RetentionWorld } from './retention-world.ts';

let world: RetentionWorld;
beforeAll(async () => {
  world = await makeRetentionWorld();
}, 180_000);
afterAll(() => {
  vi.useRealTimers();
  return world?.close();
});
beforeEach(async () => {
  // What a test left to the workers, which are not there.
  await world.rows('UPDATE deletion_run SET ended_at = asked_at WHERE ended_at IS NULL');
  await world.set({ 'original-other': null, trash: 30, 'search-history': null });
});
afterEach(async () => {
  await world.rows('DELETE FROM legal_hold_asset');
  await world.rows('UPDATE stored_object SET held = false');
});

const files = () =>
  readdirSync(join(firstTier(world.appliance).path, world.organisation.organisationId), {
    recursive: true,
    withFileTypes: true,
  }).filter((entry) => entry.isFile()).length;
const preview = (policies = {}) => world.as(() => world.retention.preview(policies));
const audit = (action: string) =>
  world.rows<{ detail: Record<string, unknown> }>('SELECT detail FROM audit_event WHERE action = $1 ORDER BY id', [action]);

describe('policies', () => {
  test('nothing is deleted that people brought until an administrator says so; the trash empties itself after 30 days', async () => {
    const kept = await world.bring();
    const trashed = await world.bring();
    await world.trash(trashed);
    world.later(29);
    expect((await preview()).total.assets).toBe(0);
    world.later(1);
    expect((await preview()).total).toMatchObject({ assets: 1, objects: 1 });
    const before = files();
    const run = await world.run();
    expect(await world.isThere(trashed)).toBe(false);
    expect(await world.isThere(kept)).toBe(true);
    expect(await world.items(run)).toEqual([
      expect.objectContaining({ assetId: trashed, state: 'files-noted', class: 'trash' }),
    ]);
    expect(files()).toBe(before);
    expect(await world.disposeNow()).toBe(1);
    expect(files()).toBe(before - 1);
    await world.app.get(RetentionTimer).turn();
    expect(await world.items(run)).toEqual([expect.objectContaining({ assetId: trashed, state: 'done' })]);
    expect((await audit('asset.deleted')).at(-1)?.detail).toMatchObject({ run, because: 'trash', ids: [trashed], objects: 1 });
  });

  test('what is taken out of the trash in time stays', async () => {
    const asset = await world.bring();
    await world.trash(asset);
    world.later(31);
    const { digest } = await preview();
    const { id } = await world.as(() => world.requests.run(digest));
    await world.rows('UPDATE asset SET trashed_at = NULL WHERE id = $1', [asset]);
    await world.as(() => world.runner.run(id));
    expect(await world.isThere(asset)).toBe(true);
    expect(await world.items(id)).toEqual([]);
  });

  test('are saved only with the digest of a preview that still holds', async () => {
    await world.bring();
    world.later(10);
    const policies = { 'original-other': 5 };
    const found = await preview(policies);
    expect(found.total.assets).toBeGreaterThan(0);
    const save = (digest: string) => world.as(() => world.retention.save({ policies, digest }));
    await expect(save('nonsense')).rejects.toMatchObject({ code: 'RETENTION_PREVIEW_INVALID' });
    const other = await preview({ 'original-other': 6 });
    await expect(save(other.digest)).rejects.toMatchObject({ code: 'RETENTION_PREVIEW_CHANGED' });
    world.later(1 / 24);
    await expect(save(found.digest)).rejects.toMatchObject({ code: 'RETENTION_PREVIEW_STALE' });
    const saved = await save((await preview(policies)).digest);
    expect(saved.items.find((item) => item.class === 'original-other')).toMatchObject({ keepDays: 5, changedBy: 'test' });
    expect((await audit('retention.updated')).at(-1)?.detail).toMatchObject({
      'original-other': { from: null, to: 5 },
      wouldDelete: { assets: found.total.assets },
    });
  });

  test('say when the first goes, also before anything is due', async () => {
    await world.set({ 'original-other': null });
    await world.rows('UPDATE asset SET added_at = $1, trashed_at = NULL', [new Date()]);
    expect((await preview()).firstAt).toBeNull();
    const { firstAt, total } = await preview({ 'original-other': 100 });
    expect(total.assets).toBe(0);
    expect(Date.parse(String(firstAt)) - Date.now()).toBeCloseTo(100 * 86_400_000, -6);
  });

  test('a run keeps what a policy that was lengthened meanwhile keeps', async () => {
    const asset = await world.bring();
    world.later(10);
    await world.set({ 'original-other': 5 });
    const { digest } = await preview();
    const { id } = await world.as(() => world.requests.run(digest));
    await world.rows(`UPDATE retention_policy SET keep_days = 500 WHERE class = 'original-other'`);
    await world.as(() => world.runner.run(id));
    expect(await world.isThere(asset)).toBe(true);
  });

  test('forget what people searched for long ago', async () => {
    const search = (text: string, at: Date) =>
      world.rows(
        `INSERT INTO search_history (organisation_id, account_id, text, query, hits, searched_at) VALUES ($1, gen_random_uuid(), $2, '{}', 0, $3)`,
        [world.organisation.organisationId, text, at],
      );
    await search('old', new Date());
    world.later(20);
    await search('new', new Date());
    await world.set({ 'search-history': 7 });
    expect((await preview()).traces).toContainEqual(expect.objectContaining({ class: 'search-history', entries: 1 }));
    await world.run();
    expect(await world.rows('SELECT text FROM search_history')).toEqual([{ text: 'new' }]);
  });

  test('one run at a time; the clock begins one a day', async () => {
    world.later(40);
    const timer = world.app.get(RetentionTimer);
    await timer.turn();
    const [run] = (await world.as(() => world.requests.listRuns())).items;
    expect(run).toMatchObject({ origin: 'clock', endedAt: null, askedBy: 'retention' });
    const { digest } = await preview();
    await expect(world.as(() => world.requests.run(digest))).rejects.toMatchObject({ code: 'RETENTION_RUN_ACTIVE' });
    await world.as(() => world.runner.run(String(run?.id)));
    await timer.turn();
    const again = (await world.as(() => world.requests.listRuns())).items;
    expect(again[0]?.id).toBe(run?.id);
    expect(again[0]?.endedAt).not.toBeNull();
  });
});

describe('never beside what is due', () => {
  test('another organisation', async () => {
    const other = await addOrganisation(world.app.get(SystemDatabase), 'Archive');
    const theirs = await runAs(other, async () => {
      const bytes = await world.app.get(ObjectStore).put(Buffer.from('theirs'));
      return world.app.get(IngestService).accept({ bytes, name: 'theirs.bin' });
    });
    world.later(400);
    await world.set({ 'original-other': 1 });
    await world.run();
    const { firstAt, total } = await runAs(other, () => world.retention.preview({}));
    expect(total.assets).toBe(0);
    expect(firstAt).toBeNull();
    await expect(runAs(other, () => world.holds.ofAsset(theirs.assetId))).resolves.toMatchObject({ held: false });
    await expect(world.as(() => world.holds.ofAsset(theirs.assetId))).rejects.toMatchObject({ code: 'MEDIA_ASSET_NOT_FOUND' });
  });

  test('what is on its way between tiers goes at a later run', async () => {
    const asset = await world.bring();
    world.later(5);
    await world.set({ 'original-other': 1 });
    const system = world.app.get(SystemDatabase);
    await system.run((sql) =>
      sql.run(
        `INSERT INTO tier_move (organisation_id, id, object_id, generation, from_tier, to_tier, rule, reason, file_name, file_bytes, file_sha256, state, planned_at, updated_at)
         SELECT o.organisation_id, gen_random_uuid(), o.id, 1, 'hot', 'warm', 'age', '', '', 1, o.file_sha256, 'copying', now(), now()
         FROM stored_object o WHERE o.organisation_id = $1`,
        [world.organisation.organisationId],
      ),
    );
    expect(await preview()).toMatchObject({ total: { assets: 0 }, moving: { assets: expect.any(Number) } });
    await system.run((sql) => sql.run('UPDATE tier_move SET ended_at = now()'));
    await world.run();
    expect(await world.isThere(asset)).toBe(false);
  });
});

describe('the trash', () => {
  test('is emptied by somebody who says how many assets that is', async () => {
    const [first, second, held] = [await world.bring(), await world.bring(), await world.bring()];
    await world.trash(first, second, held);
    await world.as(() => world.holds.place({ name: 'Case 7', reason: 'Asked for by the court.', assetIds: [held] }));
    expect(await world.as(() => world.requests.trash())).toMatchObject({ keepDays: 30, assets: 3, heldAssets: 1 });
    await expect(world.as(() => world.requests.emptyTrash(3))).rejects.toMatchObject({ code: 'TRASH_CHANGED' });
    const { id } = await world.as(() => world.requests.emptyTrash(2));
    await world.as(() => world.runner.run(id));
    for (const gone of [first, second]) expect(await world.isThere(gone)).toBe(false);
    expect(await world.isThere(held)).toBe(true);
  });
});
