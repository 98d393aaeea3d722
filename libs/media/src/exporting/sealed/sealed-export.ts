import { createHash, randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import { ExportLock, sealedSize } from '#keys';
import { failpoint } from '#storage';
import { type CataloguedFile, type CatalogueHead, catalogueLines, readCatalogue } from '../../domain/export-catalogue.ts';
import type { ExportHeader } from '../../domain/export-header.ts';
import { fileDamaged, originalDamaged } from '../export-error.ts';
import { putInPlace, syncFolder } from './durable-folder.adapter.ts';
import { beginExport, cataloguePath, isThere, objectFolder, readExportHeader } from './export-folder.adapter.ts';
import { type FileSeal, readSealed, writeSealed } from './sealed-file.adapter.ts';

/** A sealed export whose lock is open: docs/formats/sealed-export.md. `close` it. */
export class SealedExport {
  readonly folder: string;
  readonly #header: ExportHeader;
  readonly #lock: ExportLock;

  private constructor(folder: string, header: ExportHeader, lock: ExportLock) {
    this.folder = folder;
    this.#header = header;
    this.#lock = lock;
  }

  get exportId(): string {
    return this.#header.exportId;
  }

  /** Begins one in an empty folder. Throws EXPORT_FOLDER_TAKEN and the system's errors. */
  static async make(folder: string, passphrase: Uint8Array): Promise<SealedExport> {
    const exportId = randomUUID();
    const { lock, record } = await ExportLock.make(exportId, passphrase);
    const header = { exportId, lock: record };
    await beginExport(folder, header);
    return new SealedExport(folder, header, lock);
  }

  /** Opens one that is there. Throws EXPORT_NOT_FOUND, EXPORT_UNREADABLE and KEYS_PASSPHRASE_WRONG. */
  static async open(folder: string, passphrase: Uint8Array): Promise<SealedExport> {
    const header = await readExportHeader(folder);
    return new SealedExport(folder, header, await ExportLock.open(header.exportId, header.lock, passphrase));
  }

  /** Whether the export broke off before anything was listed. */
  async isBlank(): Promise<boolean> {
    return !(await isThere(cataloguePath(this.folder))) && !(await isThere(join(this.folder, 'objects')));
  }

  /** The catalogue: first itself, then each file. Throws EXPORT_CATALOGUE_MISSING, EXPORT_CATALOGUE_DAMAGED. */
  async *catalogue(): ReturnType<typeof readCatalogue> {
    try {
      yield* readCatalogue(this.#opened(cataloguePath(this.folder), this.exportId, this.#header.lock.catalogueKey));
    } catch (cause) {
      throw catalogueError(cause);
    }
  }

  /** Replaces the catalogue in one step; durable. Throws the system's errors. */
  async saveCatalogue(head: Omit<CatalogueHead, 'exportId'>, files: Iterable<CataloguedFile>): Promise<void> {
    const lines = encoded(catalogueLines({ ...head, exportId: this.exportId }, files));
    const seal = this.#sealOf(this.exportId, this.#header.lock.catalogueKey);
    await putInPlace(cataloguePath(this.folder), async (handle) => {
      await writeSealed(handle, seal, lines);
    }).finally(() => seal.dataKey.fill(0));
    await syncFolder(this.folder);
  }

  /** A random id and a wrapped data key for a file that is to come. */
  newFile(): { id: string; dataKey: string } {
    const id = randomUUID();
    const { dataKey, wrapped } = this.#lock.newDataKey(id);
    dataKey.fill(0);
    return { id, dataKey: wrapped };
  }

  /** Writes a file whole, over one that is damaged; its name becomes durable with `syncFolder`. Throws EXPORT_ORIGINAL_DAMAGED and the system's errors. */
  async write(file: CataloguedFile, read: () => Promise<AsyncIterable<Uint8Array>>): Promise<void> {
    const folder = objectFolder(this.folder, file.id);
    await mkdir(folder, { recursive: true });
    const seal = this.#sealOf(file.id, file.dataKey);
    try {
      await putInPlace(join(folder, file.id), async (handle) => {
        const { sha256 } = await writeSealed(handle, seal, await read());
        if (sha256 !== file.sha256) throw originalDamaged({ ...file, id: file.assetId });
        failpoint('export-part');
      });
    } finally {
      seal.dataKey.fill(0);
    }
    failpoint('export-file');
  }

  /** Plaintext of a file. Only whoever has read to the end knows that it is all of it. Throws EXPORT_FILE_MISSING, EXPORT_FILE_DAMAGED. */
  async *read({ id, name, sha256, dataKey }: CataloguedFile): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    try {
      for await (const bytes of this.#opened(join(objectFolder(this.folder, id), id), id, dataKey)) {
        hash.update(bytes);
        yield bytes;
      }
    } catch (cause) {
      const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      throw fileDamaged(name, id, isMissing ? 'missing' : (cause as Error).message);
    }
    if (hash.digest('hex') !== sha256) throw fileDamaged(name, id, 'its bytes are not those that the catalogue names.');
  }

  /** Whether a file lies there, whole and right: every byte is read. */
  async holds(file: CataloguedFile): Promise<boolean> {
    if (!(await this.seems(file))) return false;
    try {
      for await (const _ of this.read(file));
      return true;
    } catch {
      return false;
    }
  }

  /** Whether a file of the right size lies there. */
  async seems({ id, sizeBytes }: CataloguedFile): Promise<boolean> {
    const found = await stat(join(objectFolder(this.folder, id), id)).catch(() => undefined);
    return found?.size === sealedSize(sizeBytes);
  }

  /** Overwrites the export's key. */
  close(): void {
    this.#lock.close();
  }

  async *#opened(path: string, id: string, wrapped: string): AsyncGenerator<Buffer> {
    const seal = this.#sealOf(id, wrapped);
    try {
      yield* readSealed(path, seal);
    } finally {
      seal.dataKey.fill(0);
    }
  }

  #sealOf(id: string, wrapped: string): FileSeal {
    const context = { organisationId: this.exportId, objectId: id, version: 1 };
    return { dataKey: this.#lock.openDataKey(id, wrapped), context };
  }
}

function* encoded(lines: Iterable<string>): Generator<Buffer> {
  for (const line of lines) yield Buffer.from(line);
}

function catalogueError(cause: unknown): HoldfastError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'EXPORT_CATALOGUE_DAMAGED') return cause as HoldfastError;
  const isMissing = code === 'ENOENT';
  return new HoldfastError(isMissing ? 'EXPORT_CATALOGUE_MISSING' : 'EXPORT_CATALOGUE_DAMAGED', {
    kind: 'corrupted',
    message: isMissing ? 'The export has no catalogue.sealed.' : `The catalogue of the export is damaged: ${message}`,
    action: 'Take catalogue.sealed from a copy; without it nobody knows what the files are.',
    cause,
  });
}
