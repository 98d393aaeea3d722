import type { CataloguedFile } from '../domain/export-catalogue.ts';
import { exportedPath } from '../domain/export-path.ts';
import { exportFile } from './export-file.adapter.ts';
import { type ExportTally, newTally, writeAll } from './export-tally.ts';
import { SealedExport } from './sealed/sealed-export.ts';

/** What is said of a file of an export. */
export interface ListedFile {
  /** Folder and name, as they will be written; the catalogue may say anything. */
  path: string;
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
  addedAt: string;
  capturedAt: string | null;
}

/** What a sealed export holds. */
export interface ListedExport {
  exportId: string;
  organisationId: string;
  /** False where writing it broke off: some of the files are missing. */
  isComplete: boolean;
  files: ListedFile[];
}

export interface OpenOrder {
  /** Where the originals go; nothing there is overwritten. */
  target: string;
  signal: AbortSignal;
  /** Called once, with what is to come. */
  onCount?: (total: { files: number; bytes: number }) => void;
  /** Called after each file. */
  onFile?: (file: { sizeBytes: number }, error?: Error) => void;
}

/** A sealed export that somebody wants to read: it needs neither server nor database. `close` it. */
export class OpenedExport {
  readonly #export: SealedExport;
  #isComplete = false;
  #organisationId = '';
  readonly #files: CataloguedFile[] = [];

  private constructor(sealedExport: SealedExport) {
    this.#export = sealedExport;
  }

  /** Opens the export and reads its catalogue. Throws EXPORT_NOT_FOUND, EXPORT_UNREADABLE, EXPORT_CATALOGUE_* and KEYS_PASSPHRASE_WRONG. */
  static async open(folder: string, passphrase: Uint8Array): Promise<OpenedExport> {
    const opened = new OpenedExport(await SealedExport.open(folder, passphrase));
    try {
      await opened.#readCatalogue();
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** What it holds, from its catalogue alone. */
  list(): ListedExport {
    const files = this.#files.map((file) => {
      const { sizeBytes, sha256, addedAt, capturedAt } = file;
      return { path: exportedPath(file), sizeBytes, sha256, addedAt, capturedAt };
    });
    const { exportId } = this.#export;
    return { exportId, organisationId: this.#organisationId, isComplete: this.#isComplete, files };
  }

  /** Writes the originals into a folder, each checked byte by byte. Throws EXPORT_FOLDER_FULL, EXPORT_FOLDER_UNWRITABLE. */
  async writeTo({ target, signal, onCount, onFile }: OpenOrder): Promise<ExportTally & { isComplete: boolean }> {
    const tally = newTally();
    onCount?.({ files: this.#files.length, bytes: this.#files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) });
    const write = (file: CataloguedFile) =>
      exportFile(target, { ...file, id: file.assetId }, async () => this.#export.read(file));
    await writeAll(tally, { files: each(this.#files), write, signal, onFile });
    return { ...tally, isComplete: this.#isComplete };
  }

  /** Overwrites the export's key. */
  close(): void {
    this.#export.close();
  }

  async #readCatalogue(): Promise<void> {
    for await (const { head, file } of this.#export.catalogue()) {
      if (file) this.#files.push(file);
      else {
        this.#isComplete = head.state === 'complete';
        this.#organisationId = head.organisationId;
      }
    }
  }
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
