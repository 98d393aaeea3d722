import { HoldfastError } from '#kernel';
import type { ExportedAsset } from './export.repository.ts';
import { exportFile } from './export-file.adapter.ts';
import type { ExportOutcome, ExportTarget } from './export-target.ts';
import { isSealedExport } from './sealed/export-folder.adapter.ts';

/** A folder of originals under their own names, for everybody to read. */
export class PlainTarget implements ExportTarget {
  readonly isSealed = false;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async plan(assets: AsyncGenerator<ExportedAsset>): Promise<AsyncGenerator<ExportedAsset>> {
    if (!(await isSealedExport(this.#folder))) return assets;
    throw new HoldfastError('EXPORT_FOLDER_SEALED', {
      kind: 'conflict',
      message: `${this.#folder} holds a sealed export: plain files do not belong among sealed ones.`,
      action: 'Give another folder.',
    });
  }

  write(asset: ExportedAsset, read: () => Promise<AsyncIterable<Uint8Array>>): Promise<ExportOutcome> {
    return exportFile(this.#folder, asset, read);
  }

  async finish(): Promise<void> {}

  async close(): Promise<void> {}
}
