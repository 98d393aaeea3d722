import { mkdir } from 'node:fs/promises';
import { HoldfastError } from '#kernel';
import { failpoint } from '#storage';
import { acquireRunLock, type RunLock } from '#supervisor';
import type { CataloguedFile } from '../../domain/export-catalogue.ts';
import type { ExportedAsset } from '../export.repository.ts';
import { writingTo } from '../export-error.ts';
import type { ExportOutcome, ExportTarget } from '../export-target.ts';
import { syncFolder } from './durable-folder.adapter.ts';
import { isSealedExport, objectFolder } from './export-folder.adapter.ts';
import { SealedExport } from './sealed-export.ts';

/**
 * A sealed export that is being written. All files are listed, with their ids and keys, before the first of them is written: so whatever is cut short leaves
 * a catalogue that knows every file that lies there, and the next run goes on with the same.
 */
export class SealedTarget implements ExportTarget {
  readonly isSealed = true;
  readonly #export: SealedExport;
  readonly #organisationId: string;
  readonly #lock: RunLock;
  /** By asset: of this run and of those before. */
  readonly #files = new Map<string, CataloguedFile>();
  readonly #planned = new Set<string>();
  readonly #present = new Set<string>();

  private constructor(sealedExport: SealedExport, organisationId: string, lock: RunLock) {
    this.#export = sealedExport;
    this.#organisationId = organisationId;
    this.#lock = lock;
  }

  /** Begins an export, or goes on with the one that is there. Throws EXPORT_FOLDER_* and what `SealedExport` throws. */
  static async open(folder: string, passphrase: Uint8Array, organisationId: string): Promise<SealedTarget> {
    return writingTo(folder, async () => {
      await mkdir(folder, { recursive: true });
      const lock = await acquireRunLock(folder);
      if (!lock) throw inUse(folder);
      try {
        const isOld = await isSealedExport(folder);
        const sealedExport = await (isOld ? SealedExport.open(folder, passphrase) : SealedExport.make(folder, passphrase));
        failpoint('export-begun');
        return new SealedTarget(sealedExport, organisationId, lock);
      } catch (error) {
        await lock.release();
        throw error;
      }
    });
  }

  async plan(assets: AsyncGenerator<ExportedAsset>): Promise<AsyncGenerator<ExportedAsset>> {
    await this.#readKnown();
    for await (const asset of assets) {
      const known = this.#files.get(asset.id);
      const own = known?.sha256 === asset.sha256 ? { id: known.id, dataKey: known.dataKey } : this.#export.newFile();
      this.#files.set(asset.id, catalogued(asset, own));
      this.#planned.add(asset.id);
    }
    await this.#save('writing');
    failpoint('export-planned');
    return this.#plannedAssets();
  }

  async write(asset: ExportedAsset, read: () => Promise<AsyncIterable<Uint8Array>>): Promise<ExportOutcome> {
    const file = this.#files.get(asset.id);
    if (!file) throw new HoldfastError('EXPORT_UNPLANNED', { kind: 'bug', message: `The asset ${asset.id} was not planned.` });
    const isThere = await this.#export.holds(file);
    if (!isThere) await writingTo(this.#export.folder, () => this.#export.write(file, read));
    this.#present.add(asset.id);
    return isThere ? 'there' : 'written';
  }

  /** What could not be written is no longer listed: then every file that is listed lies there, also after a power cut. */
  async finish(): Promise<void> {
    failpoint('export-written');
    const folders = new Set<string>();
    for (const [assetId, file] of this.#files) {
      const isThere = this.#planned.has(assetId) ? this.#present.has(assetId) : await this.#export.seems(file);
      if (isThere) folders.add(objectFolder(this.#export.folder, file.id));
      else this.#files.delete(assetId);
    }
    await writingTo(this.#export.folder, async () => {
      for (const folder of folders) await syncFolder(folder);
      if (folders.size > 0) await syncFolder(`${this.#export.folder}/objects`);
    });
    await this.#save('complete');
  }

  async close(): Promise<void> {
    this.#export.close();
    await this.#lock.release();
  }

  async #readKnown(): Promise<void> {
    if (await this.#export.isBlank()) return;
    for await (const { head, file } of this.#export.catalogue()) {
      if (head && head.organisationId !== this.#organisationId) throw ofAnother(this.#export.folder);
      if (file) this.#files.set(file.assetId, file);
    }
  }

  #save(state: 'writing' | 'complete'): Promise<void> {
    const head = { organisationId: this.#organisationId, state, files: this.#files.size };
    return writingTo(this.#export.folder, () => this.#export.saveCatalogue(head, this.#files.values()));
  }

  async *#plannedAssets(): AsyncGenerator<ExportedAsset> {
    for (const id of this.#planned) {
      const file = this.#files.get(id);
      if (file) yield { ...file, id };
    }
  }
}

function catalogued(asset: ExportedAsset, own: { id: string; dataKey: string }): CataloguedFile {
  const { id: assetId, folder, name, sizeBytes, sha256, addedAt, capturedAt } = asset;
  return { id: own.id, assetId, folder, name, sizeBytes, sha256, addedAt, capturedAt, dataKey: own.dataKey };
}

function ofAnother(folder: string): HoldfastError {
  return new HoldfastError('EXPORT_OF_ANOTHER_LIBRARY', {
    kind: 'conflict',
    message: `The export in ${folder} is of another library.`,
    action: 'Give another folder. Nothing was changed.',
  });
}

function inUse(folder: string): HoldfastError {
  return new HoldfastError('EXPORT_FOLDER_IN_USE', {
    kind: 'locked',
    message: `Another export is being written into ${folder}.`,
    action: 'Wait until it has ended.',
  });
}
