import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { startBlockDaemon } from './block-daemon.ts';
import { makeFaultFolder, removeFaultFolder } from './fault-folder.ts';
import { type MountedFileSystem, makeFileSystem, makeSparseFile, mount, smallestMegabytes, unmount } from './file-system.ts';
import type { FileSystemKind } from './needs.ts';
import { runProgram } from './run-program.ts';

/** A disk that has less room than it says, as thinly provisioned volumes do. */
export interface ThinDisk extends MountedFileSystem {
  /** From now on writes to new places fail, which the file system learns only when it writes back. */
  exhaust(): Promise<void>;
  /** There is room again. What failed meanwhile stays failed. */
  refill(): Promise<void>;
  /** Unmounts and mounts it again: only what is on the disk is there afterwards. */
  remount(): Promise<void>;
}

/** Runs `use` on a file system whose disk can run out of room that it promised. */
export async function withThinDisk<Result>(
  kind: FileSystemKind,
  megabytes: number,
  use: (disk: ThinDisk) => Promise<Result>,
): Promise<Result> {
  const room = await makeFaultFolder();
  const [pool, folder] = [join(room, 'pool'), join(room, 'disk')];
  const image = join(pool, 'disk.img');
  const size = Math.max(megabytes, smallestMegabytes[kind]);
  const setRoom = (bytes: number) => runProgram('mount', '-o', `remount,size=${bytes}`, pool);
  try {
    mkdirSync(pool);
    await runProgram('mount', '-t', 'tmpfs', '-o', `size=${2 * size}m`, 'tmpfs', pool);
    makeSparseFile(image, size);
    await makeFileSystem(kind, image);
    await mount(kind, image, folder);
    return await use({
      ...{ folder, image, kind },
      exhaust: async () => {
        await runProgram('sync', '--file-system', folder);
        const { blocks, bfree, bsize } = statfsSync(pool);
        await setRoom((blocks - bfree) * bsize);
      },
      refill: async () => {
        await setRoom(2 * size * 1_048_576);
      },
      remount: async () => {
        await unmount(folder);
        await mount(kind, image, folder);
      },
    });
  } finally {
    await removeFaultFolder(room);
  }
}

/** A disk that can be pulled out and plugged in again. */
export interface PullableDisk extends MountedFileSystem {
  /** Everything under way and everything after fails with an I/O error. */
  pull(): Promise<void>;
  /** Mounts again what is on the disk. */
  plugIn(): Promise<void>;
}

/** Runs `use` on a file system whose disk can be pulled. Ask `whyNoBlockLayer` first. */
export async function withPullableDisk<Result>(
  kind: FileSystemKind,
  megabytes: number,
  use: (disk: PullableDisk) => Promise<Result>,
): Promise<Result> {
  const room = await makeFaultFolder();
  const [image, exported, folder] = [join(room, 'disk.img'), join(room, 'export'), join(room, 'disk')];
  try {
    makeSparseFile(image, Math.max(megabytes, smallestMegabytes[kind]));
    await makeFileSystem(kind, image);
    const daemon = await startBlockDaemon(['--blockdev', `driver=file,node-name=top,filename=${image}`], exported);
    await mount(kind, exported, folder);
    return await use({
      ...{ folder, image, kind },
      pull: () => daemon.pull(),
      plugIn: async () => {
        await runProgram('umount', '--lazy', folder);
        await mount(kind, image, folder);
      },
    });
  } finally {
    await removeFaultFolder(room);
  }
}

/** Mounts an image again so that reading the first sector of one of its files fails, as a bad sector does; answers how to end that. */
export async function mountWithBadSector(disk: MountedFileSystem, file: string): Promise<() => Promise<void>> {
  const sector = await firstSectorOf(join(disk.folder, file));
  await unmount(disk.folder);
  const exported = `${disk.image}.export`;
  const error = ['event=none', 'iotype=read', 'errno=5', `sector=${sector}`].map((setting) => `inject-error.0.${setting}`);
  const daemon = await startBlockDaemon(
    [
      ...['--blockdev', `driver=file,node-name=disk,filename=${disk.image}`],
      ...['--blockdev', `driver=blkdebug,node-name=top,image=disk,${error.join(',')}`],
    ],
    exported,
  );
  await mount(disk.kind, exported, disk.folder);
  return async () => {
    await unmount(disk.folder);
    await daemon.stop();
    await mount(disk.kind, disk.image, disk.folder);
  };
}

/** Where the file system put the beginning of a file, in sectors of 512 bytes. */
async function firstSectorOf(file: string): Promise<number> {
  const lines = await runProgram('filefrag', '-s', '-v', '-b512', file);
  const [, sector] = /^\s*0:\s*0\.\.\s*\d+:\s*(\d+)\.\./m.exec(lines) ?? [];
  if (sector === undefined) throw new Error(`filefrag does not say where ${file} lies: ${lines}`);
  return Number(sector);
}
