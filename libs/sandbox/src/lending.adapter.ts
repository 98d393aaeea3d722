import { chown, constants, copyFile, lstat, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READABLE_BY_ALL = 0o004;
const READABLE_BY_OWNER = 0o400;

/** A file that the sandbox's user can read: itself, or a private copy for as long as it is lent. Only root needs to lend. */
export async function lendFile(file: string, user: number): Promise<{ file: string; giveBack(): Promise<void> }> {
  const { mode, uid } = await stat(file);
  if (mode & READABLE_BY_ALL || (uid === user && mode & READABLE_BY_OWNER)) return { file, giveBack: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-lent-'));
  const copy = join(folder, 'input');
  await copyFile(file, copy, constants.COPYFILE_FICLONE);
  await chown(copy, user, user);
  return { file: copy, giveBack: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Removes everything from an output folder that is not a plain file, so that nobody who reads the results later follows a
 * link that a hostile file made its parser leave there.
 */
export async function keepRegularFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const path = join(folder, entry);
    const status = await lstat(path);
    if (!status.isFile()) await rm(path, { recursive: true, force: true });
  }
}
