import { join } from 'node:path';
import { startBlockDaemon } from '../block/block-daemon.ts';
import { makeSparseFile, mount, unmount } from '../block/file-system.ts';
import type { FileSystemKind } from '../block/needs.ts';
import { runProgram } from '../block/run-program.ts';
import { copySparsely } from './disk-replay.ts';

/** Takes no room until it is written. */
const logMegabytes = 65_536;

/** A mounted device whose every request is recorded in order. */
export interface LoggedDevice {
  /** Where its file system is mounted. */
  folder: string;
  logFile: string;
  /** Unmounts it and ends the recording. */
  stop(): Promise<void>;
}

/**
 * Mounts a copy of a prepared image through QEMU's storage daemon: file → blklogwrites → FUSE export → loop device → file system.
 * A flush of the file system becomes an fsync of the loop's file, which becomes a flush in the log.
 */
export async function startLoggedDevice(
  room: string,
  name: string,
  kind: FileSystemKind,
  prepared: string,
): Promise<LoggedDevice> {
  const [disk, logFile, exported, folder] = ['disk', 'log', 'export', 'mounted'].map((part) =>
    join(room, `${name}.${part}`),
  ) as [string, string, string, string];
  await copySparsely(prepared, disk);
  makeSparseFile(logFile, logMegabytes);
  const daemon = await startBlockDaemon(
    [
      ['--blockdev', `driver=file,node-name=disk,filename=${disk}`],
      ['--blockdev', `driver=file,node-name=log,filename=${logFile}`],
      ['--blockdev', 'driver=blklogwrites,node-name=top,file=disk,log=log,log-sector-size=512,log-super-update-interval=1'],
    ].flat(),
    exported,
  );
  const loop = await runProgram('losetup', '--find', '--show', exported);
  await mount(kind, loop, folder);
  return {
    folder,
    logFile,
    stop: async () => {
      await unmount(folder);
      await runProgram('losetup', '--detach', loop);
      await daemon.stop();
    },
  };
}
