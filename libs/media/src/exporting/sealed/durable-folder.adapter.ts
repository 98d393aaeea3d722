import { constants, type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Some file systems of memory cards and shares cannot sync a folder by itself. */
const noFolderSync = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR'];

/** The name that a file has until all of it is on the disk. */
export function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.part`);
}

/** Writes a file beside its place, brings it to the disk and puts it there in one step (mode 0600); `syncFolder` makes the name last. */
export async function putInPlace(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const temporary = temporaryOf(path);
  await rm(temporary, { force: true });
  const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    await write(handle);
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
  } finally {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
  }
}

/** Brings the names in a folder to the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } catch (error) {
    if (!noFolderSync.includes(String((error as NodeJS.ErrnoException).code))) throw error;
  } finally {
    await handle.close();
  }
}
