import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#kernel';
import { firstTier } from '#manifest';
import { partName } from '../../../libs/storage/src/mover/part-name.ts';
import { garbage, type MoverWorld, makeMoverWorld, type PutObject } from './mover-world.ts';

let world: MoverWorld;
beforeEach(async () => {
  world = await makeMoverWorld();
});
afterEach(() => world?.close());

const graceHours = 11 / 60;
const runDue = async () => (await world.mover.runDue())?.tally;

async function finishMoves(): Promise<number> {
  world.clock.pass(graceHours);
  return world.mover.removeSources();
}

test('an original ages from hot to warm to cold and comes back by use, readable and the same at every step', async () => {
  const object = await world.put(randomBytes(300_000), { idleHours: 25 });
  expect(await runDue()).toMatchObject({ doneMoves: 1, doneBytes: 300_000, failedMoves: 0, stopped: null });
  expect(await world.tierOf(object)).toBe('warm');
  // The old copy stays for those who have it open.
  expect(existsSync(world.fileOf(object, 'hot'))).toBe(true);
  expect(await world.mover.removeSources()).toBe(0);
  expect(await finishMoves()).toBe(1);
  expect(existsSync(world.fileOf(object, 'hot'))).toBe(false);
  expect((await world.read(object)).equals(object.bytes)).toBe(true);

  world.clock.pass(720);
  world.clock.pass(0);
  expect(await runDue()).toMatchObject({ doneMoves: 1 });
  expect(await world.tierOf(object)).toBe('cold');
  await finishMoves();
  expect((await world.read(object)).equals(object.bytes)).toBe(true);

  world.clock.pass(25);
  const hour = new Date(world.clock.now().getTime() - 1_800_000);
  await world.query('INSERT INTO object_read (organisation_id, object_id, hour, reads) VALUES ($1, $2, $3, 3)', [
    object.organisationId,
    object.id,
    hour,
  ]);
  expect(await runDue()).toMatchObject({ doneMoves: 1 });
  expect(await world.tierOf(object)).toBe('hot');
  await finishMoves();
  expect(await world.violations([object])).toEqual([]);
  expect(await garbage(world, [object])).toEqual([]);
  const moves = await world.query('SELECT from_tier, to_tier, rule, state, read_back FROM tier_move ORDER BY planned_at');
  expect(moves).toEqual([
    { from_tier: 'hot', to_tier: 'warm', rule: 'age', state: 'done', read_back: expect.stringMatching(/direct|cached/) },
    { from_tier: 'warm', to_tier: 'cold', rule: 'age', state: 'done', read_back: expect.stringMatching(/direct|cached/) },
    { from_tier: 'cold', to_tier: 'hot', rule: 'promotion', state: 'done', read_back: expect.stringMatching(/direct|cached/) },
  ]);
});

test('many objects of all sizes move, also empty ones and one with holes, with mode and times', async () => {
  const holes = Buffer.alloc(3_000_000);
  randomBytes(1000).copy(holes, 2_000_000);
  const sizes = [0, 1, 4095, 4096, 65_537, 1_048_576, 9_000_001];
  const objects = [await world.put(holes, { idleHours: 30 })];
  const file = world.fileOf(objects[0] as PutObject, 'hot');
  rmSync(file);
  openSync(file, 'w');
  truncateSync(file, holes.length);
  const handle = openSync(file, 'r+');
  const { writeSync, closeSync } = await import('node:fs');
  writeSync(handle, holes, 2_000_000, 1000, 2_000_000);
  closeSync(handle);
  chmodSync(file, 0o440);
  for (const size of sizes) objects.push(await world.put(randomBytes(size), { idleHours: 30 }));
  for (let count = 0; count < 150; count++) objects.push(await world.put(randomBytes(200 + count), { idleHours: 30 }));
  const before = statSync(file);
  expect(await runDue()).toMatchObject({ doneMoves: objects.length, failedMoves: 0 });
  await finishMoves();
  expect(await world.violations(objects)).toEqual([]);
  expect(await garbage(world, objects)).toEqual([]);
  const after = statSync(world.fileOf(objects[0] as PutObject, 'warm'));
  expect(after.mode).toBe(before.mode);
  expect(Math.abs(after.mtimeMs - before.mtimeMs)).toBeLessThan(1);
  expect(after.blocks * 512).toBeLessThan(after.size / 2);
});

test('readers never notice: while everything moves to and fro, each read finds the bytes', async () => {
  const objects = await Promise.all(
    Array.from({ length: 60 }, (_, index) => world.put(randomBytes(1000 + index * 3000), { idleHours: 30 })),
  );
  let isMoving = true;
  let reads = 0;
  const readers = Array.from({ length: 4 }, async (_, lane) => {
    for (let index = lane; isMoving; index += 7) {
      const object = objects[index % objects.length] as PutObject;
      expect((await world.read(object)).equals(object.bytes)).toBe(true);
      reads += 1;
    }
  });
  for (const tier of ['warm', 'cold', 'hot']) {
    await world.query('UPDATE stored_object SET pinned_tier = $1', [tier]);
    await runDue();
    await finishMoves();
    world.clock.pass(30);
  }
  isMoving = false;
  await Promise.all(readers);
  expect(reads).toBeGreaterThan(100);
  expect(await world.violations(objects)).toEqual([]);
  expect(await garbage(world, objects)).toEqual([]);
});

test('an object that has rotted at its source is not moved but marked', async () => {
  const [rotten, sound] = [
    await world.put(randomBytes(5000), { idleHours: 30 }),
    await world.put(randomBytes(5000), { idleHours: 30 }),
  ];
  const file = world.fileOf(rotten, 'hot');
  const bytes = readFileSync(file);
  bytes[77] = (bytes[77] as number) ^ 1;
  chmodSync(file, 0o640);
  writeFileSync(file, bytes);
  expect(await runDue()).toMatchObject({ doneMoves: 1, failedMoves: 1 });
  expect([await world.tierOf(rotten), await world.tierOf(sound)]).toEqual(['hot', 'warm']);
  expect(await world.query('SELECT damage FROM stored_object WHERE id = $1', [rotten.id])).toEqual([
    { damage: 'Its bytes on hot are not those that were stored.' },
  ]);
  expect(existsSync(world.fileOf(rotten, 'warm'))).toBe(false);
  world.clock.pass(30);
  expect(await runDue()).toBeUndefined();
});

test('a file that lies in the way on the target is never overwritten, and the object stays', async () => {
  const object = await world.put(randomBytes(5000), { idleHours: 30 });
  const other = await world.put(randomBytes(10), { tier: 'warm' });
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(world.fileOf(object, 'warm'), '..'), { recursive: true });
  renameSync(world.fileOf(other, 'warm'), world.fileOf(object, 'warm'));
  await runDue();
  expect(await world.tierOf(object)).toBe('hot');
  expect(readFileSync(world.fileOf(object, 'warm')).equals(other.bytes)).toBe(true);
  expect(await world.query('SELECT state, error_code FROM tier_move')).toEqual([
    { state: 'conflict', error_code: 'STORAGE_MOVE_NAME_TAKEN' },
  ]);
});

test('an object that is removed while it moves stays removed, and its copy goes', async () => {
  const object = await world.put(randomBytes(5000), { idleHours: 30 });
  const stages = world.mover.parts.stages;
  const publish = stages.publish.bind(stages);
  stages.publish = async (moves) => {
    const outcome = await publish(moves);
    await world.query('DELETE FROM stored_object WHERE id = $1', [object.id]);
    rmSync(world.fileOf(object, 'hot'));
    return outcome;
  };
  await runDue();
  expect(await world.query('SELECT state, error_code FROM tier_move')).toEqual([
    { state: 'conflict', error_code: 'STORAGE_MOVE_OVERTAKEN' },
  ]);
  expect(await garbage(world, [])).toEqual([]);
});

test('a source that is written to while it is copied wins', async () => {
  const object = await world.put(randomBytes(5000), { idleHours: 30 });
  const stages = world.mover.parts.stages;
  const verify = stages.verify.bind(stages);
  stages.verify = (moves, lanes) => {
    appendFileSync(world.fileOf(object, 'hot'), '');
    chmodSync(world.fileOf(object, 'hot'), 0o640);
    appendFileSync(world.fileOf(object, 'hot'), 'x');
    return verify(moves, lanes);
  };
  await runDue();
  expect(await world.tierOf(object)).toBe('hot');
  expect(existsSync(world.fileOf(object, 'warm'))).toBe(false);
  expect(await world.query('SELECT state FROM tier_move')).toEqual([{ state: 'conflict' }]);
});

test('a tier whose marker is gone is missing: nothing is planned, copied or removed until it is back', async () => {
  const [waiting, moved] = [
    await world.put(randomBytes(5000), { idleHours: 30 }),
    await world.put(randomBytes(500), { idleHours: 30, pinnedTier: 'cold' }),
  ];
  await world.query(`UPDATE stored_object SET never_move = true WHERE id = $1`, [waiting.id]);
  await runDue();
  expect(await world.tierOf(moved)).toBe('cold');
  await world.query(`UPDATE stored_object SET never_move = false`);
  const marker = join(world.tiers.rootOf('cold'), '.holdfast-tier');
  renameSync(marker, `${marker}.away`);
  expect(await world.tiers.look('cold')).toMatchObject({ state: 'missing', reason: expect.stringContaining('not mounted') });
  world.clock.pass(1);
  // The source of a finished move is the only copy that can be seen: it stays.
  expect(await world.mover.removeSources()).toBe(0);
  expect(existsSync(world.fileOf(moved, 'hot'))).toBe(true);
  const plan = await world.planner.plan(world.clock.now(), true);
  expect(plan.reasons[0]).toMatch(/^cold is missing: nothing moves to or from it/);
  renameSync(`${marker}.away`, marker);
  expect(await world.mover.removeSources()).toBe(1);
  expect(existsSync(world.fileOf(moved, 'hot'))).toBe(false);
});

test('another disk at the place of a tier is recognised', async () => {
  const marker = join(world.tiers.rootOf('warm'), '.holdfast-tier');
  chmodSync(marker, 0o640);
  writeFileSync(marker, readFileSync(join(world.tiers.rootOf('cold'), '.holdfast-tier')));
  expect(await world.tiers.look('warm')).toMatchObject({ state: 'wrong', reason: expect.stringContaining('the tier cold') });
  writeFileSync(marker, 'nonsense');
  expect(await world.tiers.look('warm')).toMatchObject({ state: 'wrong' });
});

test('the run that was asked for does what was looked at, or nothing', async () => {
  const first = await world.put(randomBytes(5000), { idleHours: 30 });
  const plan = await world.planner.plan(world.clock.now(), true);
  expect(plan.moves).toHaveLength(1);
  const second = await world.put(randomBytes(500), { idleHours: 30 });
  const asked = await world.runs.add(crypto.randomUUID(), plan, 'asked', 'test', world.clock.now());
  expect(await world.mover.runAsked(asked)).toMatchObject({ doneMoves: 0, stopped: { code: 'STORAGE_PLAN_CHANGED' } });
  expect([await world.tierOf(first), await world.tierOf(second)]).toEqual(['hot', 'hot']);
  const again = await world.planner.plan(world.clock.now(), true);
  world.clock.pass(0.01);
  const run = await world.runs.add(crypto.randomUUID(), again, 'asked', 'test', world.clock.now());
  expect(await world.mover.runAsked(run)).toMatchObject({ doneMoves: 2, stopped: null });
  expect(await world.runs.find(run.id)).toMatchObject({ doneMoves: 2, failedMoves: 0, endedAt: expect.any(Date) });
});

test('while one process moves, another does not', async () => {
  const { MoverLock } = await import('../../../libs/storage/src/mover/mover-lock.repository.ts');
  const { identifyProcess } = await import('#supervisor');
  const { bootId, startTicks, pid } = identifyProcess(process.ppid) as never as {
    bootId: string;
    startTicks: number;
    pid: number;
  };
  await world.query('INSERT INTO mover_lock (holder, held_since) VALUES ($1, now())', [
    JSON.stringify({ bootId, startTicks, pid }),
  ]);
  await expect(new MoverLock(world.system).hold(async () => {})).rejects.toMatchObject({ code: 'STORAGE_MOVER_BUSY' });
  await world.query('UPDATE mover_lock SET holder = $1', [JSON.stringify({ bootId, startTicks: startTicks + 1, pid })]);
  expect(await new MoverLock(world.system).hold(async () => 'free')).toBe('free');
  expect(firstTier(world.appliance).name).toBe('hot');
});

test('the first name of a copy that a power cut brought back goes when work is taken up, and the object moves again', async () => {
  const object = await world.put(randomBytes(5000), { idleHours: 25 });
  await runDue();
  await finishMoves();
  const [move] = await world.query<{ id: string }>('SELECT id FROM tier_move');
  const copy = world.fileOf(object, 'warm');
  const first = join(dirname(copy), partName(move?.id ?? ''));
  const foreign = join(dirname(copy), partName(newId()));
  linkSync(copy, first);
  writeFileSync(foreign, 'of another mover');
  expect(await world.mover.recover()).toMatchObject({ found: 0 });
  expect([existsSync(first), existsSync(foreign), statSync(copy).nlink]).toEqual([false, true, 1]);
  world.clock.pass(720);
  world.clock.pass(0);
  expect(await runDue()).toMatchObject({ doneMoves: 1 });
});

test('a first name that cannot be removed does not keep the mover from its work', async () => {
  const object = await world.put(randomBytes(5000), { idleHours: 25 });
  await runDue();
  await finishMoves();
  const [move] = await world.query<{ id: string }>('SELECT id FROM tier_move');
  mkdirSync(join(dirname(world.fileOf(object, 'warm')), partName(move?.id ?? '')));
  expect(await world.mover.recover()).toMatchObject({ found: 0 });
});
