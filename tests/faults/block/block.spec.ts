import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFaultFolder, removeFaultFolder } from './fault-folder.ts';
import { makeFileSystem, makeSparseFile, mount, withFileSystem } from './file-system.ts';
import { fileSystemKinds, whyNoFileSystems } from './needs.ts';
import { runProgram } from './run-program.ts';

async function expectNothingOf(folder: string): Promise<void> {
  expect(existsSync(folder)).toBe(false);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(folder);
  expect(await runProgram('losetup', '--list', '--output', 'BACK-FILE')).not.toContain(folder);
}

test.for(fileSystemKinds)('a test gets a file system of its own (%s), and nothing of it stays', async (kind, context) => {
  const reason = whyNoFileSystems([kind]);
  if (reason) return context.skip(reason);
  const used = await withFileSystem(kind, 16, async ({ folder, image }) => {
    writeFileSync(join(folder, 'a'), 'bytes');
    expect(await runProgram('stat', '--file-system', '--format', '%T', folder)).toContain(kind === 'ext4' ? 'ext' : kind);
    return dirname(image);
  });
  await expectNothingOf(used);
});

test('what a killed run left mounted goes with the next run, what others mount stays', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  const [dead, alive] = [await makeFaultFolder(), await makeFaultFolder()];
  for (const folder of [dead, alive]) {
    makeSparseFile(join(folder, 'disk.img'), 8);
    await makeFileSystem('ext4', join(folder, 'disk.img'));
    await mount('ext4', join(folder, 'disk.img'), join(folder, 'disk'));
  }
  const ownerFile = join(dead, 'owner.json');
  writeFileSync(ownerFile, JSON.stringify({ ...JSON.parse(readFileSync(ownerFile, 'utf8')), startTicks: 1 }));
  const next = await makeFaultFolder();
  await expectNothingOf(dead);
  expect(readFileSync('/proc/mounts', 'utf8')).toContain(join(alive, 'disk'));
  await removeFaultFolder(alive);
  await removeFaultFolder(next);
});
