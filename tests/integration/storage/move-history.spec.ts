import { afterEach, beforeEach, expect, test } from 'vitest';
import { TenantDatabase } from '#database';
import { OldFigures } from '#storage';
import { hoursAfter } from '../../../libs/storage/src/mover/domain/policy.ts';
import { TierFigures } from '../../../libs/storage/src/tiers/tier-figures.repository.ts';
import { type MoverWorld, makeMoverWorld, type PutObject } from './mover-world.ts';

let world: MoverWorld;
let figures: OldFigures;
beforeEach(async () => {
  world = await makeMoverWorld();
  figures = new OldFigures(world.system);
});
afterEach(() => world?.close());

const days = (count: number) => 24 * count;
/** Counts, removes in small batches, and answers how many moves went. */
async function prune(): Promise<number> {
  const before = hoursAfter(world.clock.now(), -days(90));
  const moves = async () => Number((await world.query('SELECT count(*) AS n FROM tier_move'))[0]?.n);
  const [known, { entries: due }] = [await moves(), await figures.moves(before)];
  let removed = 0;
  for (let batch = -1; batch !== 0; removed += batch) batch = await figures.removeMoves(before, 5000);
  expect(removed).toBe(due);
  return known - (await moves());
}
const movesOf = ({ id }: PutObject) =>
  world.query('SELECT from_tier, to_tier, state FROM tier_move WHERE object_id = $1 ORDER BY planned_at', [id]);

/** Moves everything to a tier, to the end. */
async function moveAll(tier: string): Promise<void> {
  await world.query('UPDATE stored_object SET pinned_tier = $1', [tier]);
  await world.mover.runDue();
  world.clock.pass(1);
  await world.mover.removeSources();
}

test('moves that ended more than 90 days ago go; the last of an object stays, because it says why it lies there', async () => {
  const [kept, removed] = [await world.put(), await world.put()];
  await moveAll('warm');
  await moveAll('cold');
  world.clock.pass(days(89));
  expect(await prune()).toBe(0);
  world.clock.pass(days(2));
  await world.query('DELETE FROM stored_object WHERE id = $1', [removed.id]);
  expect(await prune()).toBe(3);
  expect(await movesOf(kept)).toEqual([{ from_tier: 'warm', to_tier: 'cold', state: 'done' }]);
  expect(await movesOf(removed)).toEqual([]);

  await moveAll('hot');
  expect(await prune()).toBe(1);
  expect(await movesOf(kept)).toEqual([{ from_tier: 'cold', to_tier: 'hot', state: 'done' }]);
  expect(await prune()).toBe(0);
});

test('what failed long ago goes, what is in hand never does', async () => {
  const object = await world.put();
  await moveAll('warm');
  await world.query(`UPDATE tier_move SET state = 'failed', committed_at = NULL, error_code = 'X', error_message = ''`);
  const [failed] = await movesOf(object);
  expect(failed).toMatchObject({ state: 'failed' });
  await world.query('UPDATE stored_object SET pinned_tier = $1', ['cold']);
  world.clock.pass(2);
  await world.mover.runDue();
  world.clock.pass(days(91));
  expect(await prune()).toBe(1);
  expect(await movesOf(object)).toEqual([{ from_tier: 'warm', to_tier: 'cold', state: 'committed' }]);
});

test('many are pruned page by page, and what flowed in the last 30 days is told as before', async () => {
  const object = await world.put();
  await moveAll('warm');
  await world.query(
    `INSERT INTO tier_move (organisation_id, id, object_id, generation, from_tier, to_tier, rule, reason, file_name, file_bytes, file_sha256, state,
       planned_at, updated_at, committed_at, ended_at)
     SELECT organisation_id, gen_random_uuid(), gen_random_uuid(), 1, from_tier, to_tier, rule, reason, file_name, file_bytes, file_sha256, state,
       at, at, at, at FROM tier_move, (SELECT $1::timestamptz - n * interval '15 minutes' AS at FROM generate_series(1, 12000) n) instants`,
    [world.clock.now()],
  );
  const tierFigures = new TierFigures(world.system, {} as TenantDatabase);
  const flows = () => tierFigures.flows(hoursAfter(world.clock.now(), -days(30)));
  const before = await flows();
  expect(before.length).toBeGreaterThan(29);
  expect(await prune()).toBe(12_000 - 4 * days(90));
  expect(await flows()).toEqual(before);
  expect(await movesOf(object)).toHaveLength(1);
});
