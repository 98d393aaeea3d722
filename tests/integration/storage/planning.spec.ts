import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MoverWorld, makeMoverWorld } from './mover-world.ts';

const objects = 100_000;
let world: MoverWorld;
beforeAll(async () => {
  world = await makeMoverWorld((appliance) => {
    appliance.mover.maxMovesPerRun = 5000;
  });
  await world.query(
    `INSERT INTO stored_object (organisation_id, sha256, size_bytes, id, class, format, file_bytes, file_sha256, key_id, key_version, wrapped_key, tier, placed_at, touched_at)
     SELECT $1, sha256(n::text::bytea), 1000 + n % 200000, gen_random_uuid(), CASE WHEN n % 10 = 0 THEN 'original' ELSE 'rendition' END, 'sealed', 1000 + n % 200000,
       sha256('x'), gen_random_uuid(), 1, '\\x00', CASE WHEN n % 3 = 0 THEN 'warm' ELSE 'hot' END, $2::timestamptz - (n % 2000) * interval '1 hour', $2::timestamptz - (n % 2000) * interval '1 hour'
     FROM generate_series(1, $3) n`,
    [world.organisation.organisationId, world.clock.now(), objects],
  );
});
afterAll(() => world?.close());

test('a hundred thousand objects are planned in bounded memory, and the same way twice', async () => {
  const before = process.memoryUsage().heapUsed;
  const plan = await world.planner.plan(world.clock.now(), true);
  expect(plan.moves).toHaveLength(5000);
  expect(plan.skipped).toContainEqual(expect.objectContaining({ reason: 'more moves than one run may make' }));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  // What gives most comes first, and small objects last.
  const hot = plan.moves.filter(({ from }) => from === 'hot');
  expect(hot[0]?.bytes).toBeGreaterThan(90_000);
  const again = await world.planner.plan(world.clock.now(), true);
  expect(again.digest).toBe(plan.digest);
});

test('a clock that jumps ahead moves more and loses nothing; one that jumps back moves nothing', async () => {
  const now = world.clock.now();
  const ahead = await world.planner.plan(new Date(now.getTime() + 10 * 365 * 86_400_000), true);
  expect(ahead.moves).toHaveLength(5000);
  const back = await world.planner.plan(new Date(now.getTime() - 10 * 365 * 86_400_000), true);
  expect(back.moves).toEqual([]);
});

test('forecasts come from samples of real tiers, one for each hour', async () => {
  const start = world.clock.now().getTime();
  for (let count = 0; count < 60; count++)
    await world.tierRows.addSample('hot', new Date(start + count * 1_800_000), {
      totalBytes: 1e12,
      freeBytes: 5e11 - count * 1e9,
      totalInodes: 100,
      freeInodes: 50,
    });
  const samples = await world.tierRows.samples('hot', new Date(start));
  expect(samples).toHaveLength(30);
  const { forecastGrowth } = await import('../../../libs/storage/src/tiers/domain/forecast.ts');
  expect(forecastGrowth(samples).growth?.likely).toBeCloseTo(48e9, -7);
});
