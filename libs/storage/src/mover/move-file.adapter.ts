import { link, lstat, unlink } from 'node:fs/promises';
import type { FileIdentity } from './move-journal.repository.ts';

/** A file as lstat(2) tells of it. */
export interface SeenFile extends FileIdentity {
  bytes: number;
  links: number;
  isRegular: boolean;
}

/** What lies at a path, without following links; undefined where nothing does. */
export async function seeFile(path: string): Promise<SeenFile | undefined> {
  try {
    const status = await lstat(path, { bigint: true });
    return {
      inode: String(status.ino),
      mtimeNs: String(status.mtimeNs),
      ctimeNs: String(status.ctimeNs),
      bytes: Number(status.size),
      links: Number(status.nlink),
      isRegular: status.isFile(),
    };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw cause;
  }
}

/** Whether a file is the one that was seen: nobody has written to it, replaced it or named it anew since. */
export function isSameFile(now: FileIdentity, seen: FileIdentity): boolean {
  return now.inode === seen.inode && now.mtimeNs === seen.mtimeNs && now.ctimeNs === seen.ctimeNs;
}

/**
 * Gives a finished file its name unless that is taken; answers whether it has it. Node knows no renameat2(RENAME_NOREPLACE): link(2)
 * refuses a taken name just so, and until the temporary name goes the file has two, which no reader sees.
 */
export async function giveName(temporary: string, final: string): Promise<boolean> {
  try {
    await link(temporary, final);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** Removes a name; none is fine. Answers whether there was one. */
export async function removeName(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw cause;
  }
}
