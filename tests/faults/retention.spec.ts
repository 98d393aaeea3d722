import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { firstTier } from '#manifest';
import { ObjectStore } from '#storage';
import { makeRetentionWorld, type RetentionWorld } from '../integration/retention/retention-world.ts';
import { buildWorker } from './pipeline-house.ts';

let world: RetentionWorld;
let due: string[];
let kept: string[];

beforeAll(async () => {
  buildWorker();
  world = await makeRetentionWorld();
}, 180_000);
afterAll(() => {
  vi.useRealTimers();
  return world?.close();
});
beforeEach(async () => {
  await world.set({ 'original-other': null, trash: 1 });
  due = [await world.bring(), await world.bring(), await world.bring()];
  kept = [await world.bring(), await world.bring()];
  await world.trash(...due, String(kept[0]));
  await world.as(() => world.holds.place({ name: 'Case', reason: 'Held.', assetIds: [String(kept[0])] }));
  world.later(2);
});

const carryOut = (runId: string, failpoint?: string) =>
  promisify(execFile)(
    process.execPath,
    [
      join(import.meta.dirname, 'retention.child.ts'),
      JSON.stringify(world.appliance),
      world.organisation.organisationId,
      runId,
    ],
    { env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'fatal', ...(failpoint ? { HOLDFAST_FAILPOINT: failpoint } : {}) } },
  );
const ask = () =>
  world.as(async () => {
    const { digest } = await world.retention.preview({});
    return (await world.requests.run(digest)).id;
  });
const run = async (id: string) => (await world.as(() => world.requests.listRuns())).items.find((one) => one.id === id);
const names = () =>
  readdirSync(join(firstTier(world.appliance).path, world.organisation.organisationId), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

describe('a run that is killed', () => {
  test.each([
    ['retention.page-planned', 0],
    ['retention.planned', 0],
    ['retention.rows-gone', 0],
    ['retention.before-commit', 0],
    ['retention.batch-committed', 3],
  ])('at %s deletes nothing half, and the next process ends it', async (failpoint, deletedByThen) => {
    const id = await ask();
    await expect(carryOut(id, failpoint)).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(await run(id)).toMatchObject({ deleted: deletedByThen, endedAt: null });
    for (const asset of due) expect(await world.isThere(asset)).toBe(deletedByThen === 0);
    await carryOut(id);
    expect(await run(id)).toMatchObject({ planned: 3, deleted: 3, spared: 0, failed: 0, deletedObjects: 3, stopped: null });
    expect((await run(id))?.endedAt).not.toBeNull();
    for (const asset of due) expect(await world.isThere(asset)).toBe(false);
    for (const asset of kept) expect(await world.isThere(asset)).toBe(true);
    const told = await world.rows<{ ids: string[] }>(
      `SELECT detail -> 'ids' AS ids FROM audit_event WHERE action = 'asset.deleted' AND detail ->> 'run' = $1`,
      [id],
    );
    expect(told.flatMap(({ ids }) => ids).sort()).toEqual([...due].sort());
    expect(await world.disposeNow()).toBe(3);
    const rows = await world.rows<{ id: string; sha256: string }>(
      `SELECT id, encode(sha256, 'hex') AS sha256 FROM stored_object`,
    );
    expect(names()).toEqual(rows.map((row) => row.id).sort());
    for (const { sha256 } of rows) expect(await world.as(() => world.app.get(ObjectStore).verify(sha256))).toBeTruthy();
  });
});

test('a run that is killed while what is no asset goes removes the rest in the next process, and the audit tells of each class once', async () => {
  for (const text of ['first', 'second'])
    await world.rows(
      `INSERT INTO search_history (organisation_id, account_id, text, query, hits, searched_at) VALUES ($1, gen_random_uuid(), $2, '{}', 0, $3)`,
      [world.organisation.organisationId, text, new Date(Date.now() - 9 * 86_400_000)],
    );
  const log = join(world.appliance.paths.logs, 'api.log.20250101T000000Z');
  writeFileSync(log, 'long ago');
  await world.set({ 'search-history': 7 });
  const id = await ask();
  await expect(carryOut(id, 'retention.traces-gone')).rejects.toMatchObject({ signal: 'SIGKILL' });
  expect(await run(id)).toMatchObject({ endedAt: null });
  await carryOut(id);
  const ended = await run(id);
  expect(ended).toMatchObject({ deletedTraces: 3, stopped: null });
  expect(ended?.traces).toMatchObject([
    { class: 'logs', state: 'done', removedEntries: 1, removedBytes: 8 },
    { class: 'search-history', state: 'done', removedEntries: 2 },
  ]);
  expect(existsSync(log)).toBe(false);
  const told = await world.rows(`SELECT FROM audit_event WHERE action = 'retention.traces-deleted' AND detail ->> 'run' = $1`, [
    id,
  ]);
  expect(told).toHaveLength(2);
});

test('two processes at the same run delete each asset once', async () => {
  const id = await ask();
  await Promise.all([carryOut(id), carryOut(id)]);
  expect(await run(id)).toMatchObject({ planned: 3, deleted: 3, failed: 0, deletedObjects: 3, stopped: null });
  for (const asset of kept) expect(await world.isThere(asset)).toBe(true);
  await world.disposeNow();
});
