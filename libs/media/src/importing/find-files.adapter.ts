import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';

/** A file below an imported folder. Paths are bytes, because names on disk need not be UTF-8. */
export interface FoundFile {
  path: Buffer;
  name: Buffer;
  /** Folder below the imported one, including the imported one's own name. */
  folder: Buffer;
  sizeBytes: number;
  modifiedMs: number;
}

const slash = Buffer.from('/');
/** Files that programs are still writing, or that systems strew about. */
const unfinished = /\.(?:part|partial|crdownload|download|tmp|temp|filepart|!ut|aria2)$|~$|^~\$/i;
const litter = new Set([
  'thumbs.db',
  'desktop.ini',
  '__macosx',
  '@eadir',
  '$recycle.bin',
  'system volume information',
  'lost+found',
]);

/** Whether a name is passed over: hidden, unfinished or litter. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || unfinished.test(name) || litter.has(name.toLowerCase());
}

/**
 * All plain files below a folder, folder by folder in the order of their names. Symbolic links are never followed, so that nothing outside the
 * folder is read. Folders that cannot be read are reported and passed over.
 */
export async function* findFiles(
  root: Buffer,
  rootName: Buffer,
  report: (path: Buffer, error: NodeJS.ErrnoException) => void = () => {},
): AsyncGenerator<FoundFile> {
  const entries = await readdir(root, { withFileTypes: true, encoding: 'buffer' }).catch((error: NodeJS.ErrnoException) => {
    report(root, error);
    return [] as Dirent<Buffer>[];
  });
  entries.sort((left, right) => Buffer.compare(left.name, right.name));
  for (const entry of entries) {
    if (isPassedOver(entry.name.toString('latin1'))) continue;
    const path = Buffer.concat([root, slash, entry.name]);
    if (entry.isDirectory()) yield* findFiles(path, Buffer.concat([rootName, slash, entry.name]), report);
    else if (entry.isFile()) {
      const facts = await lstat(path).catch(() => undefined);
      // Gone since the folder was read: nothing to import, nothing to complain about.
      if (!facts?.isFile()) continue;
      yield { path, name: entry.name, folder: rootName, sizeBytes: facts.size, modifiedMs: facts.mtimeMs };
    }
  }
}
