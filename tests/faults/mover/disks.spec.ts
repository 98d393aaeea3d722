import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Appliance } from '#manifest';
import { readDiskHealth } from '../../../libs/storage/src/tiers/disk-health.adapter.ts';
import { garbage, type MoverWorld } from '../../integration/storage/mover-world.ts';
import { type MountedFileSystem, mount, remountReadOnly, unmount, withFileSystem } from '../block/file-system.ts';
import { type FileSystemKind, fileSystemKinds, whyNoFileSystems } from '../block/needs.ts';
import { runProgram } from '../block/run-program.ts';
import { withWarmOn } from './warm-disk.ts';

/** Runs with the tier warm on a file system of its own. */
function withWarmDisk(
  kind: FileSystemKind,
  megabytes: number,
  use: (world: MoverWorld, disk: MountedFileSystem) => Promise<void>,
  change?: (appliance: Appliance) => void,
): Promise<void> {
  return withFileSystem(kind, megabytes, (disk) => withWarmOn(disk, (world) => use(world, disk), change));
}

const runDue = async (world: MoverWorld) => (await world.mover.runDue())?.tally;

test.for(fileSystemKinds)(
  'objects move to a disk of its own (%s) and back, read back past the page cache',
  async (kind, context) => {
    const reason = whyNoFileSystems([kind]);
    if (reason) return context.skip(reason);
    await withWarmDisk(kind, 200, async (world) => {
      const objects = await Promise.all(
        [0, 100, 5000, 1_000_000, 20_000_001].map((size) => world.put(randomBytes(size), { idleHours: 30 })),
      );
      expect(await runDue(world)).toMatchObject({ doneMoves: 5, failedMoves: 0 });
      expect(await world.query('SELECT DISTINCT read_back FROM tier_move')).toEqual([{ read_back: 'direct' }]);
      await world.query(`UPDATE stored_object SET pinned_tier = 'hot'`);
      expect(await runDue(world)).toBeUndefined();
      world.clock.pass(0.5);
      expect(await world.mover.removeSources()).toBe(5);
      expect(await runDue(world)).toMatchObject({ doneMoves: 5 });
      world.clock.pass(0.5);
      await world.mover.removeSources();
      expect(await world.violations(objects)).toEqual([]);
      expect(await garbage(world, objects)).toEqual([]);
      const [health] = await readDiskHealth(world.tiers.rootOf('warm'));
      // XFS counts no errors, and btrfs needs its tool: what is not known is never said to be well.
      if (kind === 'ext4') expect(health).toMatchObject({ state: 'ok', message: 'ext4 has found no errors.' });
      if (kind === 'btrfs') expect(health).toMatchObject({ state: 'ok', message: 'btrfs has counted no errors.' });
      if (kind === 'xfs') expect(health?.state).toBe('unknown');
    });
  },
);

test('a target that is too small is refused before a byte is copied; one that fills up meanwhile loses nothing', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withWarmDisk('ext4', 24, async (world, disk) => {
    const objects = await Promise.all(Array.from({ length: 4 }, () => world.put(randomBytes(9_000_000), { idleHours: 30 })));
    const plan = await world.planner.plan(world.clock.now(), true);
    expect(plan.moves.length).toBeLessThan(3);
    expect(plan.skipped[0]?.reason).toMatch(/^warm has no room|^warm would pass its high mark/);
    // Somebody else fills the disk between the plan and the copy.
    const { stages } = world.mover.parts;
    const copy = stages.copy.bind(stages);
    stages.copy = async (moves, lanes) => {
      await runProgram('fallocate', '--length', '14MiB', join(disk.folder, 'somebody')).catch(() => {});
      return copy(moves, lanes);
    };
    const tally = await runDue(world);
    expect(tally).toMatchObject({ stopped: { code: 'STORAGE_FULL' } });
    expect(await world.violations(objects)).toEqual([]);
    expect((await garbage(world, objects)).filter((file) => file.endsWith('.part'))).toEqual([]);
    expect(await world.query(`SELECT DISTINCT error_code FROM tier_move WHERE state = 'failed'`)).toEqual([
      { error_code: 'STORAGE_FULL' },
    ]);
  });
});

test('a disk that turns read-only in the middle of a run ends it, and the next run goes on', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withWarmDisk('ext4', 100, async (world, disk) => {
    const objects = await Promise.all(
      Array.from({ length: 6 }, (_, index) => world.put(randomBytes(index < 3 ? 9_000_000 : 1000), { idleHours: 30 })),
    );
    const { stages } = world.mover.parts;
    const publish = stages.publish.bind(stages);
    let seen = 0;
    stages.publish = async (moves) => {
      seen += 1;
      if (seen === 2) await remountReadOnly(disk.folder);
      return publish(moves);
    };
    await runDue(world);
    expect(await world.tiers.look('warm')).toMatchObject({ state: 'read-only' });
    expect(await world.violations(objects)).toEqual([]);
    const plan = await world.planner.plan(world.clock.now(), true);
    expect(plan.moves).toEqual([]);
    expect(plan.reasons[0]).toMatch(/^warm is read-only/);
    stages.publish = publish;
    await runProgram('mount', '-o', 'remount,rw', disk.folder);
    await world.mover.recover();
    // What failed is tried again after an hour.
    world.clock.pass(1.1);
    await runDue(world);
    world.clock.pass(0.5);
    await world.mover.removeSources();
    expect(await world.violations(objects)).toEqual([]);
    for (const object of objects) expect(await world.tierOf(object)).toBe('warm');
  });
});

test('a disk that is unmounted in the middle of a move is missing, not empty: nothing is decided, and all goes on when it is back', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withWarmDisk('ext4', 100, async (world, disk) => {
    const objects = [
      await world.put(randomBytes(3000), { idleHours: 30 }),
      await world.put(randomBytes(9_000_000), { idleHours: 29 }),
    ];
    expect(await runDue(world)).toMatchObject({ doneMoves: 2 });
    await unmount(disk.folder);
    // What a boot without the disk looks like: an empty folder.
    mkdirSync(join(disk.folder, 'tier'), { recursive: true });
    expect(await world.tiers.look('warm')).toMatchObject({ state: 'missing' });
    world.clock.pass(1);
    expect(await world.mover.removeSources()).toBe(0);
    for (const object of objects) expect(readFileSync(world.fileOf(object, 'hot')).equals(object.bytes)).toBe(true);
    expect((await world.planner.plan(world.clock.now(), true)).moves).toEqual([]);
    expect((await world.tiers.claim())[1]).toMatchObject({ state: 'missing' });
    expect(existsSync(join(disk.folder, 'tier', '.holdfast-tier'))).toBe(false);
    await mount('ext4', disk.image, disk.folder);
    expect(await world.mover.removeSources()).toBe(2);
    expect(await world.violations(objects)).toEqual([]);
    expect(await garbage(world, objects)).toEqual([]);
  });
});

test('want of room moves what gives most to the next disk until the low mark, and not into the same disk', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withWarmDisk(
    'ext4',
    60,
    async (world) => {
      const objects = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          world.put(randomBytes(4_000_000), { tier: 'warm', class: 'rendition', idleHours: 50 + index }),
        ),
      );
      const plan = await world.planner.plan(world.clock.now(), false);
      expect(plan.reasons).toEqual(['warm is above 70 %: it is brought down to 50 %.']);
      expect(plan.moves[0]).toMatchObject({ objectId: objects.at(-1)?.id, rule: 'pressure', from: 'warm', to: 'cold' });
      expect(await runDue(world)).toMatchObject({ failedMoves: 0, stopped: null });
      world.clock.pass(0.5);
      await world.mover.removeSources();
      expect((await world.planner.plan(world.clock.now(), false)).moves).toEqual([]);
      expect(await world.violations(objects)).toEqual([]);
      expect(await garbage(world, objects)).toEqual([]);
    },
    ({ tiers }) => {
      if (tiers[1]) Object.assign(tiers[1], { lowPercent: 50, highPercent: 70, criticalPercent: 99 });
    },
  );
});
