import { access, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import { type ExportHeader, formatExportHeader, parseExportHeader } from '../../domain/export-header.ts';
import { putInPlace, syncFolder } from './durable-folder.adapter.ts';

const headerName = 'export.json';
/** What a disk that was just made has in its top folder. */
const ofTheDisk = new Set(['lost+found', 'System Volume Information', '$RECYCLE.BIN']);

/** Where the parts of a sealed export lie. */
export function cataloguePath(folder: string): string {
  return join(folder, 'catalogue.sealed');
}

/** The folder of sealed files with such ids: a hundred thousand in one would slow many file systems down. */
export function objectFolder(folder: string, id: string): string {
  return join(folder, 'objects', id.slice(0, 2));
}

/** Whether there is anything under this path. */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Whether a folder holds a sealed export, or the beginning of one. */
export function isSealedExport(folder: string): Promise<boolean> {
  return isThere(join(folder, headerName));
}

/** What the folder's `export.json` says. Throws EXPORT_NOT_FOUND, EXPORT_UNREADABLE. */
export async function readExportHeader(folder: string): Promise<ExportHeader> {
  const path = join(folder, headerName);
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw new HoldfastError('EXPORT_NOT_FOUND', {
      kind: 'not-found',
      message: `There is no sealed export in ${folder}: ${headerName} cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
      action: 'Give the folder that export.json lies in.',
      cause,
    });
  }
  return parseExportHeader(content, path);
}

/** Begins a sealed export in a folder of its own; durable. Throws EXPORT_FOLDER_TAKEN where anything else lies there. */
export async function beginExport(folder: string, header: ExportHeader): Promise<void> {
  await mkdir(folder, { recursive: true });
  const others = (await readdir(folder)).filter((name) => !name.startsWith('.') && !ofTheDisk.has(name));
  if (others.length > 0)
    throw new HoldfastError('EXPORT_FOLDER_TAKEN', {
      kind: 'conflict',
      message: `Other things lie in ${folder}: ${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}.`,
      action: 'A sealed export wants an empty folder of its own. Give another one.',
    });
  await putInPlace(join(folder, headerName), (handle) => handle.writeFile(formatExportHeader(header)));
  await syncFolder(folder);
}
