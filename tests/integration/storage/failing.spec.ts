import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MoveMill, Phase } from '../../../libs/storage/src/mover/move-mill.adapter.ts';
import { objectPath } from '../../../libs/storage/src/object-path.ts';
import { TierSet } from '../../../libs/storage/src/tiers/tier-set.ts';
import { garbage, type MoverWorld, makeMoverWorld, type PutObject, sha256Of } from './mover-world.ts';

let world: MoverWorld;
let mill: MoveMill;
beforeEach(async () => {
  world = await makeMoverWorld();
  mill = world.mover.parts.mill;
});
afterEach(() => world?.close());

const runDue = async () => (await world.mover.runDue())?.tally;
const failure = (code: string, phase: Phase) =>
  Object.assign(new Error(`${code}: as the disk says`), { code, phase, errno: -5, syscall: 'fsync' });

test('after a failed fsync the copy begins in a new file, and a copy that never becomes durable is given up', async () => {
  const object = await world.put(randomBytes(5000), { idleHours: 30 });
  const copy = mill.copy.bind(mill);
  const targets: string[] = [];
  let failures = 1;
  mill.copy = async (source, target) => {
    const copied = await copy(source, target);
    targets.push(target);
    expect(existsSync(target)).toBe(true);
    failures -= 1;
    if (failures >= 0) throw failure('EIO', 'sync');
    return copied;
  };
  expect(await runDue()).toMatchObject({ doneMoves: 1, failedMoves: 0 });
  expect(await world.query('SELECT state, attempt FROM tier_move')).toEqual([{ state: 'committed', attempt: 2 }]);
  expect(targets).toHaveLength(2);

  const other = await world.put(randomBytes(5000), { idleHours: 30 });
  failures = 100;
  expect(await runDue()).toMatchObject({ doneMoves: 0, failedMoves: 1 });
  expect(await world.tierOf(other)).toBe('hot');
  expect(await world.query(`SELECT state, attempt, error_code FROM tier_move WHERE object_id = $1`, [other.id])).toEqual([
    { state: 'failed', attempt: 3, error_code: 'STORAGE_IO' },
  ]);
  world.clock.pass(0.5);
  await world.mover.removeSources();
  expect(await garbage(world, [object, other])).toEqual([]);
});

test('a disk that gives back other bytes than were written gets a second chance, and no third object', async () => {
  const object = await world.put(randomBytes(5000), { idleHours: 30 });
  const verify = mill.verify.bind(mill);
  let lies = 1;
  mill.verify = async (path) => {
    const verified = await verify(path);
    lies -= 1;
    return lies >= 0 ? { ...verified, sha256: sha256Of(Buffer.from('rot')) } : verified;
  };
  expect(await runDue()).toMatchObject({ doneMoves: 1 });
  expect(await world.violations([object])).toEqual([]);
  const other = await world.put(randomBytes(5000), { idleHours: 30 });
  lies = 100;
  expect(await runDue()).toMatchObject({ doneMoves: 0, failedMoves: 1 });
  expect(await world.query(`SELECT error_code FROM tier_move WHERE object_id = $1`, [other.id])).toEqual([
    { error_code: 'STORAGE_COPY_WRONG' },
  ]);
  expect(await world.tierOf(other)).toBe('hot');
});

test('a run in which most moves fail ends before it does harm', async () => {
  const objects = await Promise.all(Array.from({ length: 150 }, () => world.put(randomBytes(100), { idleHours: 30 })));
  mill.copy = async () => {
    throw failure('EIO', 'write');
  };
  const tally = await runDue();
  expect(tally).toMatchObject({ doneMoves: 0, stopped: { code: 'STORAGE_MOVER_TOO_MANY_ERRORS' } });
  expect(tally?.failedMoves).toBeLessThan(150);
  expect(await world.violations(objects)).toEqual([]);
});

test('links are not followed, and files with several names stay with all of them', async () => {
  const [linked, named] = [
    await world.put(randomBytes(500), { idleHours: 30 }),
    await world.put(randomBytes(500), { idleHours: 30 }),
  ];
  const file = world.fileOf(linked, 'hot');
  renameSync(file, `${file}.real`);
  symlinkSync(`${file}.real`, file);
  linkSync(world.fileOf(named, 'hot'), `${world.fileOf(named, 'hot')}.other`);
  expect(await runDue()).toMatchObject({ doneMoves: 0 });
  expect([await world.tierOf(linked), await world.tierOf(named)]).toEqual(['hot', 'hot']);
});

test('objects from before they were sealed move under the name of their hash', async () => {
  const bytes = randomBytes(3000);
  const object = await world.put(bytes, { idleHours: 30 });
  const sha256 = sha256Of(bytes);
  const plain = (tier: string) => objectPath(world.tiers.rootOf(tier), object.organisationId, sha256);
  mkdirSync(dirname(plain('hot')), { recursive: true });
  renameSync(world.fileOf(object, 'hot'), plain('hot'));
  await world.query(
    `UPDATE stored_object SET format = 'plain', sha256 = decode($1, 'hex'), file_bytes = NULL, file_sha256 = NULL WHERE id = $2`,
    [sha256, object.id],
  );
  expect(await runDue()).toMatchObject({ doneMoves: 1 });
  expect(readFileSync(plain('warm')).equals(bytes)).toBe(true);
  world.clock.pass(0.5);
  await world.mover.removeSources();
  expect(existsSync(plain('hot'))).toBe(false);
});

test('a source that was replaced after the commit is not taken for the old copy', async () => {
  const object = await world.put(randomBytes(500), { idleHours: 30 });
  await runDue();
  const file = world.fileOf(object, 'hot');
  chmodSync(file, 0o640);
  writeFileSync(file, 'somebody else');
  world.clock.pass(0.5);
  expect(await world.mover.removeSources()).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe('somebody else');
  expect(await world.query('SELECT state, error_code FROM tier_move')).toEqual([
    { state: 'done', error_code: 'STORAGE_MOVE_SOURCE_KEPT' },
  ]);
});

test('an old copy whose times have changed, as a power cut does, is known by its bytes and goes', async () => {
  const [touched, other] = [
    await world.put(randomBytes(5000), { idleHours: 30 }),
    await world.put(randomBytes(5000), { idleHours: 30 }),
  ];
  await runDue();
  const past = new Date('2026-01-01');
  utimesSync(world.fileOf(touched, 'hot'), past, past);
  // The same file of the same size, but not its bytes.
  const bytes = Buffer.from(other.bytes);
  bytes.writeUInt8(bytes.readUInt8(4000) ^ 1, 4000);
  chmodSync(world.fileOf(other, 'hot'), 0o640);
  writeFileSync(world.fileOf(other, 'hot'), bytes);
  world.clock.pass(0.5);
  expect(await world.mover.removeSources()).toBe(2);
  expect(existsSync(world.fileOf(touched, 'hot'))).toBe(false);
  expect(readFileSync(world.fileOf(other, 'hot')).equals(bytes)).toBe(true);
  expect(await world.query('SELECT object_id, error_code FROM tier_move WHERE error_code IS NOT NULL')).toEqual([
    { object_id: other.id, error_code: 'STORAGE_MOVE_SOURCE_KEPT' },
  ]);
});

test('a copy that vanished after the commit keeps its source', async () => {
  const object = await world.put(randomBytes(500), { idleHours: 30 });
  await runDue();
  renameSync(world.fileOf(object, 'warm'), `${world.fileOf(object, 'warm')}.gone`);
  world.clock.pass(0.5);
  expect(await world.mover.removeSources()).toBe(0);
  expect(existsSync(world.fileOf(object, 'hot'))).toBe(true);
});

test('a declared file system that is another one is wrong, and is never taken into use', async () => {
  const [hot, ...others] = world.appliance.tiers;
  const uuid = '00000000-dead-beef-0000-000000000000';
  const tiers = new TierSet(
    [{ ...(hot as NonNullable<typeof hot>), fileSystemUuid: uuid }, ...others],
    world.appliance.home,
    world.tierRows,
  );
  expect(await tiers.look('hot')).toMatchObject({
    state: 'wrong',
    reason: expect.stringContaining(`the manifest declares ${uuid}`),
    room: null,
  });
  await expect(tiers.requireReady('hot')).rejects.toMatchObject({ code: 'STORAGE_TIER_NOT_READY', kind: 'unavailable' });
  expect(() => tiers.rootOf('lava')).toThrow('There is no tier lava.');
});

test('how many of a batch rot does not matter to the others', async () => {
  const objects: PutObject[] = [];
  for (let count = 0; count < 30; count++) objects.push(await world.put(randomBytes(300), { idleHours: 30 }));
  for (const object of objects.slice(0, 7)) {
    chmodSync(world.fileOf(object, 'hot'), 0o640);
    writeFileSync(world.fileOf(object, 'hot'), randomBytes(300));
  }
  expect(await runDue()).toMatchObject({ doneMoves: 23, failedMoves: 7, stopped: null });
});

test('what failed is tried again an hour later, and the plan says so until then', async () => {
  const object = await world.put(randomBytes(300), { idleHours: 30 });
  const copy = mill.copy.bind(mill);
  mill.copy = async () => {
    throw failure('EIO', 'write');
  };
  await runDue();
  mill.copy = copy;
  const plan = await world.planner.plan(world.clock.now(), true);
  expect(plan).toMatchObject({ moves: [], skipped: [{ reason: 'failed within the last hour', count: 1 }] });
  world.clock.pass(1.1);
  expect(await runDue()).toMatchObject({ doneMoves: 1 });
  expect(await world.tierOf(object)).toBe('warm');
});
