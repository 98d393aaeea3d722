import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelManifest } from '../domain/model-manifest.schema.ts';
import { modelFileChanged, modelFileMissing, modelFileUnsafe } from './model-import-errors.ts';

const largestManifestBytes = 1024 * 1024;
const copyBytes = 1024 * 1024;

/** The text of a folder's model.json. Throws MODEL_FILE_MISSING or MODEL_FILE_UNSAFE. */
export async function readManifestFile(folder: string): Promise<string> {
  const file = await openPlain(folder, 'model.json');
  try {
    const { size } = await file.stat();
    if (size > largestManifestBytes) throw modelFileUnsafe('model.json', `has ${size} bytes, more than a description needs`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/**
 * Copies one file of a model and makes the copy durable. What is hashed is what was copied, so a file that changes meanwhile
 * is noticed. Throws MODEL_FILE_MISSING, MODEL_FILE_UNSAFE or MODEL_FILE_CHANGED.
 */
export async function copyVerified(from: string, to: string, entry: ModelManifest['files'][number]): Promise<void> {
  await requirePlainFolders(from, entry.path);
  const source = await openPlain(from, entry.path);
  try {
    const { size } = await source.stat();
    if (size !== entry.bytes) throw modelFileChanged(entry.path, `it has ${size} bytes, not ${entry.bytes}`);
    await mkdir(dirname(join(to, entry.path)), { recursive: true });
    const target = await open(join(to, entry.path), 'wx');
    try {
      const sha256 = await copyHashing(source, target);
      if (sha256 !== entry.sha256) throw modelFileChanged(entry.path, `its SHA-256 is ${sha256}, not ${entry.sha256}`);
      await target.chmod(0o644);
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copyHashing(source: FileHandle, target: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(copyBytes);
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, copyBytes, null);
    if (bytesRead === 0) return hash.digest('hex');
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    await target.writeFile(piece);
  }
}

/** Opens a plain file without following a symbolic link in its last step, and without waiting on a pipe. */
async function openPlain(folder: string, path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(join(folder, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ELOOP') throw modelFileUnsafe(path, 'is a symbolic link');
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw modelFileMissing(path);
    throw modelFileUnsafe(path, `cannot be read (${cause.code})`);
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw modelFileUnsafe(path, 'is not a plain file');
}

/** No step on the way to a file may be a symbolic link that leads out of the folder. */
async function requirePlainFolders(folder: string, path: string): Promise<void> {
  const steps = path.split('/').slice(0, -1);
  for (let depth = 1; depth <= steps.length; depth++) {
    const part = steps.slice(0, depth).join('/');
    const found = await lstat(join(folder, part)).catch(() => undefined);
    if (!found) throw modelFileMissing(path);
    if (!found.isDirectory()) throw modelFileUnsafe(part, 'is not a plain folder');
  }
}

/** Makes the names in a folder durable (fsync of a directory; see open(2), fsync(2)). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
