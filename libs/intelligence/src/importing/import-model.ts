import { createHash } from 'node:crypto';
import { chmod, lchown, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '#kernel';
import { type ModelManifest, parseModelManifest } from '../domain/model-manifest.schema.ts';
import type { ModelCatalogue, ModelRecord } from '../model-catalogue.ts';
import { inspectModel } from './inspect-model.ts';
import { modelFileMissing, modelImportRaced, modelVersionExists } from './model-import-errors.ts';
import { copyVerified, readManifestFile, syncFolder } from './staged-copy.ts';

/** Where imports go, and what remembers them. */
export interface ModelShelf {
  /** The manifest's `paths.models`. */
  folder: string;
  catalogue: ModelCatalogue;
}

/** Work folders of unfinished imports. */
const stagingFolder = '.staging';
const abandonedAfterMs = 24 * 3600 * 1000;

/**
 * Imports a model from a folder, disabled: checks its description and every file, copies, tries it, and only then gives it its
 * place `<name>/<version>`. An import that fails or dies leaves no model. Importing the same model again answers the same record.
 */
export async function importModel(from: string, shelf: ModelShelf): Promise<ModelRecord> {
  if (!(await lstat(from).catch(() => undefined))?.isDirectory()) throw modelFileMissing(from);
  const text = await readManifestFile(from);
  const manifest = parseModelManifest(text, join(from, 'model.json'));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const known = (await shelf.catalogue.list()).find(
    ({ name, version }) => name === manifest.name && version === manifest.version,
  );
  if (known && known.sha256 !== sha256) throw modelVersionExists(manifest.name, manifest.version);
  if (known && (await isThere(known.folder))) return known;

  const staged = join(shelf.folder, stagingFolder, newId());
  try {
    await stage(from, staged, text, manifest);
    await giveToOwnerOf(shelf.folder, dirname(staged));
    await inspectModel(staged, manifest);
    const folder = await place(staged, shelf.folder, manifest, sha256);
    return known ?? (await remember(shelf.catalogue, { manifest, folder, sha256 }));
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Removes what imports that were killed have left; one that still runs is younger than this. */
export async function sweepStagedModels(shelfFolder: string): Promise<void> {
  const folder = join(shelfFolder, stagingFolder);
  for (const name of await readdir(folder).catch(() => [])) {
    // Another process may have finished with it just now.
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > abandonedAfterMs) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function stage(from: string, staged: string, text: string, manifest: ModelManifest): Promise<void> {
  await mkdir(staged, { recursive: true, mode: 0o755 });
  for (const entry of manifest.files) await copyVerified(from, staged, entry);
  const description = join(staged, 'model.json');
  await writeFile(description, text, { flag: 'wx', flush: true });
  await chmod(description, 0o644);
  const folders = new Set(manifest.files.map(({ path }) => dirname(join(staged, path))));
  for (const folder of folders.add(staged)) {
    // Readable whatever the umask: a model process may run as another user.
    await chmod(folder, 0o755);
    await syncFolder(folder);
  }
}

/** When root imports, the files still belong to the account that the appliance runs under. */
async function giveToOwnerOf(shelfFolder: string, path: string, withContent = true): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(shelfFolder);
  const within = withContent ? await readdir(path, { recursive: true }) : [];
  for (const name of ['', ...within]) await lchown(join(path, name), uid, gid);
}

/** Moves the finished copy to its place. A copy without a record, left by a crash between the two, gives way. */
async function place(staged: string, shelfFolder: string, manifest: ModelManifest, sha256: string): Promise<string> {
  const folder = join(shelfFolder, manifest.name, manifest.version);
  await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
  await giveToOwnerOf(shelfFolder, dirname(folder), false);
  const abandoned = await readFile(join(folder, 'model.json')).catch(() => undefined);
  if (abandoned && createHash('sha256').update(abandoned).digest('hex') === sha256) return folder;
  if (abandoned) await rename(folder, `${staged}.abandoned`);
  await rename(staged, folder).catch((cause: NodeJS.ErrnoException) => {
    throw /^(ENOTEMPTY|EEXIST)$/.test(cause.code ?? '') ? modelImportRaced(manifest.name, manifest.version) : cause;
  });
  await syncFolder(dirname(folder));
  await syncFolder(shelfFolder);
  await rm(`${staged}.abandoned`, { recursive: true, force: true });
  return folder;
}

async function isThere(folder: string): Promise<boolean> {
  return (await lstat(join(folder, 'model.json')).catch(() => undefined)) !== undefined;
}

async function remember(
  catalogue: ModelCatalogue,
  { manifest, folder, sha256 }: Pick<ModelRecord, 'manifest' | 'folder' | 'sha256'>,
): Promise<ModelRecord> {
  const { name, version, task } = manifest;
  const record = { id: newId(), name, version, task, manifest, folder, sha256, enabled: false, importedAt: new Date() };
  await catalogue.insert(record);
  return record;
}
