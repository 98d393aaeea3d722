import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { Scrubber } from '../../../libs/storage/src/mover/scrubber.ts';
import { garbage, type MoverWorld } from '../../integration/storage/mover-world.ts';
import { mountWithBadSector, withPullableDisk, withThinDisk } from '../block/broken-disks.ts';
import { withFileSystem } from '../block/file-system.ts';
import { fileSystemKinds, whyNoBlockLayer, whyNoFileSystems } from '../block/needs.ts';
import { withWarmOn } from './warm-disk.ts';

const runDue = async (world: MoverWorld) => (await world.mover.runDue())?.tally;

/** What failed is tried again after an hour; nothing is left behind then. */
async function expectAllMoves(world: MoverWorld, objects: Parameters<typeof garbage>[1], tier: string): Promise<void> {
  world.clock.pass(1.1);
  await world.mover.recover();
  await world.mover.runDue();
  world.clock.pass(0.5);
  await world.mover.removeSources();
  expect(await world.violations(objects)).toEqual([]);
  expect(await garbage(world, objects)).toEqual([]);
  for (const object of objects) expect(await world.tierOf(object)).toBe(tier);
}

test('an object on a bad sector is not moved; a check marks it, and mends the mark once the sector can be read', async (context) => {
  const reason = whyNoFileSystems(['ext4']) ?? whyNoBlockLayer();
  if (reason) return context.skip(reason);
  await withFileSystem('ext4', 64, (disk) =>
    withWarmOn(disk, async (world) => {
      const put = () => world.put(randomBytes(200_000), { tier: 'warm', idleHours: 800 });
      const [bad, good] = [await put(), await put()];
      const heal = await mountWithBadSector(disk, relative(disk.folder, world.fileOf(bad, 'warm')));
      expect(await runDue(world)).toMatchObject({ doneMoves: 1, failedMoves: 1 });
      expect([await world.tierOf(bad), await world.tierOf(good)]).toEqual(['warm', 'cold']);
      const scrubber = new Scrubber(world.tiers, world.rows, world.clock, world.appliance);
      const report = await scrubber.run();
      expect(report.damaged).toMatchObject([
        { objectId: bad.id, damage: expect.stringContaining('It cannot be read from warm') },
      ]);
      world.clock.pass(0.5);
      await world.mover.removeSources();
      await heal();
      world.clock.pass(31 * 24);
      expect((await scrubber.run()).damaged).toEqual([]);
      await world.query('UPDATE stored_object SET touched_at = placed_at');
      await world.query(`UPDATE stored_object SET touched_at = $1, placed_at = $1 WHERE id = $2`, [
        new Date(world.clock.now().getTime() - 3e9),
        bad.id,
      ]);
      world.clock.reset();
      world.clock.pass(31 * 24 + 24);
      await expectAllMoves(world, [bad, good], 'cold');
    }),
  );
});

test('a thin disk that cannot keep its word fails the sync: nothing is committed, and all moves once it can', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withThinDisk('ext4', 96, (disk) =>
    withWarmOn(disk, async (world) => {
      const objects = await Promise.all(Array.from({ length: 6 }, () => world.put(randomBytes(9_000_000), { idleHours: 30 })));
      await disk.exhaust();
      const tally = await runDue(world);
      expect(tally?.doneMoves).toBeLessThan(6);
      expect(tally?.failedMoves).toBeGreaterThan(0);
      expect(await world.violations(objects)).toEqual([]);
      await disk.refill();
      await disk.remount();
      expect(await world.violations(objects)).toEqual([]);
      await expectAllMoves(world, objects, 'warm');
    }),
  );
});

test.for(fileSystemKinds)(
  'a disk (%s) that is pulled in the middle of a run loses nothing, and the run goes on when it is back',
  async (kind, context) => {
    const reason = whyNoFileSystems([kind]) ?? whyNoBlockLayer();
    if (reason) return context.skip(reason);
    await withPullableDisk(kind, 200, (disk) =>
      withWarmOn(disk, async (world) => {
        const objects = await Promise.all(
          Array.from({ length: 8 }, (_, index) => world.put(randomBytes(index < 4 ? 9_000_000 : 4000), { idleHours: 30 })),
        );
        const { stages } = world.mover.parts;
        const verify = stages.verify.bind(stages);
        let batches = 0;
        stages.verify = async (moves, lanes) => {
          batches += 1;
          if (batches === 2) await disk.pull();
          return verify(moves, lanes);
        };
        await runDue(world);
        stages.verify = verify;
        expect((await world.tiers.look('warm')).state).not.toBe('ready');
        world.clock.pass(0.5);
        // Whatever was committed before: its source is the only copy that can be seen, and stays.
        expect(await world.mover.removeSources()).toBe(0);
        for (const object of objects) expect(existsSync(world.fileOf(object, 'hot'))).toBe(true);
        await disk.plugIn();
        expect(await world.violations(objects)).toEqual([]);
        await expectAllMoves(world, objects, 'warm');
      }),
    );
  },
);
