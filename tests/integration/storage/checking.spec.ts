import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#kernel';
import { Reconciler } from '../../../libs/storage/src/mover/reconciler.ts';
import { Scrubber } from '../../../libs/storage/src/mover/scrubber.ts';
import { StrayFileRepository } from '../../../libs/storage/src/mover/stray-file.repository.ts';
import { ObjectReadRepository } from '../../../libs/storage/src/reads/object-read.repository.ts';
import { ObjectReads } from '../../../libs/storage/src/reads/object-reads.ts';
import { type MoverWorld, makeMoverWorld, type PutObject } from './mover-world.ts';

let world: MoverWorld;
let scrubber: Scrubber;
let reconciler: Reconciler;
let strays: StrayFileRepository;
beforeEach(async () => {
  world = await makeMoverWorld();
  scrubber = new Scrubber(world.tiers, world.rows, world.clock, world.appliance);
  strays = new StrayFileRepository(world.system);
  reconciler = new Reconciler(world.tiers, world.rows, world.journal, strays, world.clock, world.appliance);
});
afterEach(async () => {
  await scrubber?.onApplicationShutdown();
  await world?.close();
});

function rot(object: PutObject, tier = 'hot'): void {
  const bytes = Buffer.from(object.bytes);
  bytes[0] = (bytes[0] as number) ^ 1;
  chmodSync(world.fileOf(object, tier), 0o640);
  writeFileSync(world.fileOf(object, tier), bytes);
}
const damageOf = async ({ id }: PutObject) =>
  (await world.query<{ damage: string | null }>('SELECT damage FROM stored_object WHERE id = $1', [id]))[0]?.damage;

test('everything is read back once in its time; rot and absence are found, marked and reported', async () => {
  const [sound, rotten, gone] = [await world.put(), await world.put(), await world.put()];
  rot(rotten);
  rmSync(world.fileOf(gone, 'hot'));
  const report = await scrubber.run();
  expect(report).toMatchObject({ examined: 3, repaired: 0, skipped: [] });
  expect(report.damaged.map(({ objectId }) => objectId).sort()).toEqual([rotten.id, gone.id].sort());
  expect([await damageOf(sound), await damageOf(rotten), await damageOf(gone)]).toEqual([
    null,
    'Its bytes on hot are not those that were stored.',
    'Its file is not on hot.',
  ]);
  expect(await scrubber.run()).toMatchObject({ examined: 0 });
  world.clock.pass(31 * 24);
  // A file that was put back is sound again.
  mkdirSync(dirname(world.fileOf(gone, 'hot')), { recursive: true });
  writeFileSync(world.fileOf(gone, 'hot'), gone.bytes);
  expect((await scrubber.run()).damaged.map(({ objectId }) => objectId)).toEqual([rotten.id]);
  expect(await damageOf(gone)).toBeNull();
});

test('a damaged object whose sound copy lies on another tier is served from there', async () => {
  const object = await world.put(randomBytes(10_000));
  mkdirSync(dirname(world.fileOf(object, 'cold')), { recursive: true });
  cpSync(world.fileOf(object, 'hot'), world.fileOf(object, 'cold'));
  rot(object);
  expect(await scrubber.run()).toMatchObject({ repaired: 1, damaged: [] });
  expect(await world.tierOf(object)).toBe('cold');
  expect((await world.read(object)).equals(object.bytes)).toBe(true);
});

test('a disk that is away damages nothing', async () => {
  const object = await world.put();
  renameSync(world.tiers.rootOf('hot'), `${world.tiers.rootOf('hot')}.away`);
  expect(await scrubber.run()).toMatchObject({ examined: 0, skipped: ['hot'] });
  expect(await damageOf(object)).toBeNull();
});

test('files that no row knows are listed and stay; young ones and those of moves in hand are not', async () => {
  const object = await world.put(randomBytes(100), { idleHours: 30 });
  await world.mover.runDue();
  const folder = join(world.tiers.rootOf('warm'), object.organisationId, 'aa', 'bb');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, newId()), 'nobody knows me');
  writeFileSync(join(folder, `.hf-${newId()}.part`), 'half');
  expect(await reconciler.run()).toMatchObject({ strays: 0 });
  world.clock.pass(24 * 365);
  const found = await reconciler.run();
  expect(found).toMatchObject({ files: 4, strays: 2 });
  expect((await strays.list(null, 10)).map(({ kind }) => kind).sort()).toEqual(['leftover', 'no-row']);
  expect(await reconciler.removeLeftovers()).toBe(1);
  expect(await reconciler.run()).toMatchObject({ files: 3, strays: 1 });
  expect(existsSync(world.fileOf(object, 'hot'))).toBe(true);
});

test('reads are counted by the hour and make an object look used', async () => {
  const object = await world.put(randomBytes(100), { idleHours: 30 });
  const reads = new ObjectReads(new ObjectReadRepository(world.system), world.clock);
  for (let count = 0; count < 5; count++) reads.note(object.organisationId, object.id);
  reads.note(object.organisationId, newId());
  await reads.flush();
  reads.note(object.organisationId, object.id);
  await reads.flush();
  expect(await world.query('SELECT reads FROM object_read')).toEqual([{ reads: 6 }]);
  expect((await world.planner.plan(world.clock.now(), true)).moves).toEqual([]);
});
