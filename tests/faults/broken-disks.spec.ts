import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { type HoldfastError } from '#kernel';
import { mountWithBadSector, withPullableDisk, withThinDisk } from './block/broken-disks.ts';
import { withFileSystem } from './block/file-system.ts';
import { type FileSystemKind, fileSystemKinds, whyNoBlockLayer, whyNoFileSystems } from './block/needs.ts';
import { runProgram } from './block/run-program.ts';
import { type ObjectFolder, openObjects } from './power/workloads/object-folder.ts';

/** Stores objects until one is refused; answers what was stored, and the refusal. */
async function storeUntilRefused(objects: ObjectFolder, bytes: number, most: number) {
  const stored: string[] = [];
  for (let count = 0; count < most; count += 1)
    try {
      stored.push(await objects.put(randomBytes(bytes)));
    } catch (error) {
      return { stored, refusal: error as HoldfastError };
    }
  throw new Error(`All ${most} objects were stored.`);
}

/** Everything acknowledged is sound, and nothing else is visible. */
async function expectExactly(objects: ObjectFolder, stored: string[]): Promise<void> {
  for (const name of stored) expect(await objects.isSound(name)).toBe(true);
  expect((await objects.names()).sort()).toEqual([...stored].sort());
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test.for(fileSystemKinds)(
  'a full %s refuses clearly, leaves nothing half, and goes on once there is room',
  async (kind, context) => {
    const reason = whyNoFileSystems([kind]);
    if (reason) return context.skip(reason);
    await withFileSystem(kind, 16, async ({ folder }) => {
      const objects = openObjects(folder);
      const filler = join(folder, 'filler');
      const free = Number(await runProgram('stat', '--file-system', '--format', '%a', folder));
      const blockBytes = Number(await runProgram('stat', '--file-system', '--format', '%S', folder));
      await runProgram('fallocate', '--length', String(Math.floor(free * blockBytes * 0.6)), filler);
      const { stored, refusal } = await storeUntilRefused(objects, 700_000, 400);
      expect(refusal).toMatchObject({ code: 'STORAGE_FULL', kind: 'storage-full' });
      expect(stored.length).toBeGreaterThan(0);
      expect(filesBelow(join(folder, 'objects', '.incoming'))).toEqual([]);
      await expectExactly(objects, stored);
      rmSync(filler);
      const next = await objects.put(randomBytes(700_000));
      await expectExactly(objects, [...stored, next]);
    });
  },
);

test('a file system that became read-only is an error for whoever writes, not for whoever reads', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withFileSystem('ext4', 16, async ({ folder }) => {
    const objects = openObjects(folder);
    const before = await objects.put(randomBytes(50_000));
    await runProgram('mount', '-o', 'remount,ro', folder);
    await expect(objects.put(randomBytes(50_000))).rejects.toMatchObject({
      code: 'STORAGE_IO',
      values: { systemCode: 'EROFS' },
    });
    await expectExactly(objects, [before]);
    await runProgram('mount', '-o', 'remount,rw', folder);
    await expectExactly(objects, [before, await objects.put(randomBytes(50_000))]);
  });
});

test('a thin disk that cannot keep its word fails the sync; nothing is acknowledged until it can', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withThinDisk('ext4', 64, async (disk) => {
    const objects = openObjects(disk.folder);
    const stored = [await objects.put(randomBytes(300_000)), await objects.put(randomBytes(3_000_000))];
    await disk.exhaust();
    // The file system has room, so writing succeeds; only the sync can tell. Where that is ENOSPC, the store stays in use: a sync that failed for want of room is refused, not remembered.
    const failed = await storeUntilRefused(objects, 900_000, 40);
    expect(['STORAGE_FULL', 'STORAGE_IO']).toContain(failed.refusal.code);
    expect(filesBelow(join(disk.folder, 'objects', '.incoming'))).toEqual([]);
    await disk.refill();
    if (failed.refusal.code === 'STORAGE_FULL') stored.push(await objects.put(randomBytes(300_000)));
    await disk.remount();
    await expectExactly(openObjects(disk.folder), [...stored, ...failed.stored]);
  });
});

/** Stores small objects in many lanes until the disk is pulled; what was acknowledged must be there when it is back. */
async function pullWhileStoring(kind: FileSystemKind): Promise<void> {
  await withPullableDisk(kind, 64, async (disk) => {
    const objects = openObjects(disk.folder);
    const stored: string[] = [];
    const refusals: HoldfastError[] = [];
    let isPulled = false;
    const lane = async () => {
      while (refusals.length < 20) {
        const wasPulled = isPulled;
        await objects.put(randomBytes(6000)).then(
          (name) => (wasPulled ? expect.fail('stored on a disk that is gone') : stored.push(name)),
          (error: HoldfastError) => refusals.push(error),
        );
      }
    };
    const lanes = Promise.all(Array.from({ length: 24 }, lane));
    while (stored.length < 20 + randomInt(100)) await new Promise((resolve) => setTimeout(resolve, 1));
    await disk.pull();
    isPulled = true;
    await lanes;
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'STORAGE_IO' });
    await disk.plugIn();
    const restarted = openObjects(disk.folder);
    for (const name of stored) expect(await restarted.isSound(name)).toBe(true);
    for (const name of await restarted.names()) expect(await restarted.isSound(name)).toBe(true);
  });
}

test.for(fileSystemKinds)(
  'a pulled disk (%s) ends every write with an error, and keeps what was acknowledged',
  async (kind, context) => {
    const reason = whyNoFileSystems([kind]) ?? whyNoBlockLayer();
    if (reason) return context.skip(reason);
    // Of several syncs at a time Linux tells only some that the disk is gone: that needs luck to be seen.
    for (let pull = 0; pull < 6; pull += 1) await pullWhileStoring(kind);
  },
);

test('a bad sector under an object is an error, never other bytes', async (context) => {
  const reason = whyNoFileSystems(['ext4']) ?? whyNoBlockLayer();
  if (reason) return context.skip(reason);
  await withFileSystem('ext4', 16, async (disk) => {
    const objects = openObjects(disk.folder);
    const [bad, good] = [await objects.put(randomBytes(200_000)), await objects.put(randomBytes(200_000))];
    const file = filesBelow(disk.folder).find((path) => path.endsWith(objects.fileNameOf(bad))) ?? '';
    const heal = await mountWithBadSector(disk, relative(disk.folder, file));
    await expect(openObjects(disk.folder).hashOf(bad)).rejects.toThrow(/EIO|failed/);
    expect(await openObjects(disk.folder).isSound(good)).toBe(true);
    await heal();
    expect(await openObjects(disk.folder).isSound(bad)).toBe(true);
  });
});
