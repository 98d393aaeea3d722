import { mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFaultFolder, removeFaultFolder } from './fault-folder.ts';
import type { FileSystemKind } from './needs.ts';
import { runProgram } from './run-program.ts';

/** Smallest size in MiB that `mkfs` takes without protest. */
export const smallestMegabytes: Record<FileSystemKind, number> = { ext4: 4, xfs: 300, btrfs: 114 };

/** Without discards: they would be recorded, and nothing here needs them. */
const makeWords: Record<FileSystemKind, string[]> = {
  ext4: ['-q', '-E', 'nodiscard,lazy_itable_init=0,lazy_journal_init=0'],
  xfs: ['-q', '-K'],
  btrfs: ['-q', '-K'],
};
const mountWords: Record<FileSystemKind, string> = { ext4: 'nodiscard', xfs: 'nodiscard,nouuid', btrfs: 'nodiscard' };

/** A mounted file system that a test may break. */
export interface MountedFileSystem {
  /** Where it is mounted. */
  folder: string;
  /** The sparse file that holds it. */
  image: string;
  kind: FileSystemKind;
}

/** Makes an empty file of so many MiB that takes no room yet. */
export function makeSparseFile(file: string, megabytes: number): void {
  writeFileSync(file, '');
  truncateSync(file, megabytes * 1_048_576);
}

/** Makes a file system on a file or device. */
export async function makeFileSystem(kind: FileSystemKind, target: string): Promise<void> {
  await runProgram(`mkfs.${kind}`, ...makeWords[kind], target);
}

/** Mounts an image (through a loop device that goes with the mount) or a device. Rejects where the kernel refuses it. */
export async function mount(kind: FileSystemKind, target: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const loop = target.startsWith('/dev/loop') ? '' : ',loop';
  // XFS and btrfs refuse a copy of what is still mounted, if only in a copy of our mounts that another process holds for a moment.
  await untilFree(
    () => runProgram('mount', '-t', kind, '-o', `${mountWords[kind]}${loop}`, target, folder),
    /busy|File exists/,
  );
}

/** Whether a file system is mounted there. */
export function isMounted(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.dev !== statSync(dirname(folder)).dev;
}

/** Unmounts a file system; a process that has just ended may hold it for a moment longer. */
export async function unmount(folder: string): Promise<void> {
  await untilFree(() => runProgram('umount', folder), /busy/);
}

/** Makes a mounted file system read-only once nobody is writing a file there. */
export async function remountReadOnly(folder: string): Promise<void> {
  await untilFree(() => runProgram('mount', '-o', 'remount,ro', folder), /busy/);
}

async function untilFree(act: () => Promise<unknown>, isTaken: RegExp): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1)
    try {
      await act();
      return;
    } catch (error) {
      if (!isTaken.test((error as Error).message) || attempt === 99) throw error;
      await sleep(50);
    }
}

/**
 * Runs `use` on a new file system of its own, mounted over a loop device; it is gone afterwards, whatever happened to it. Ask
 * `whyNoFileSystems` first.
 */
export async function withFileSystem<Result>(
  kind: FileSystemKind,
  megabytes: number,
  use: (fileSystem: MountedFileSystem) => Promise<Result>,
): Promise<Result> {
  const room = await makeFaultFolder();
  try {
    const [image, folder] = [join(room, 'disk.img'), join(room, 'disk')];
    makeSparseFile(image, Math.max(megabytes, smallestMegabytes[kind]));
    await makeFileSystem(kind, image);
    await mount(kind, image, folder);
    return await use({ folder, image, kind });
  } finally {
    await removeFaultFolder(room);
  }
}
