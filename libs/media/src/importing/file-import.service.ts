import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE, TenantDatabase } from '#database';
import type { Appliance } from '#manifest';
import { DiskSpace, ObjectStore, type StoredBytes } from '#storage';
import { safeFolder, safeName } from '../domain/display-name.ts';
import type { Accepted, Arrival } from '../ingest/arrival.ts';
import { IngestRepository } from '../ingest/ingest.repository.ts';
import { IngestService } from '../ingest/ingest.service.ts';
import { uploadTooLarge } from '../uploads/upload-errors.ts';
import type { FoundFile } from './find-files.adapter.ts';
import { SourceFile } from './source-file.adapter.ts';

/** Imports one file from a disk of the machine. */
@Injectable()
export class FileImportService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(IngestRepository) private readonly repository: IngestRepository,
    @Inject(IngestService) private readonly ingest: IngestService,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(DiskSpace) private readonly disk: DiskSpace,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /**
   * Makes a file an asset. One whose name and size were imported before is read and hashed first, and not written again when its bytes are known;
   * others are hashed while they are written. Throws IMPORT_*, UPLOAD_TOO_LARGE and STORAGE_* errors.
   */
  async import(found: FoundFile, signal: AbortSignal): Promise<Accepted> {
    requireAccess('asset.create');
    const { maxFileBytes } = this.appliance.ingest;
    if (found.sizeBytes > maxFileBytes) throw uploadTooLarge(found.sizeBytes, maxFileBytes);
    const source = await SourceFile.open(found);
    try {
      if (await this.arrivedBefore(found)) {
        const bytes = await source.hash(signal);
        const known = await this.ingest.acceptKnown(arrivalOf(found, bytes));
        if (known) return known;
      }
      await this.disk.requireRoom(found.sizeBytes);
      const bytes = await this.objects.put(source.chunks(signal));
      await source.requireUnchanged(bytes.sizeBytes);
      return await this.ingest.accept(arrivalOf(found, bytes));
    } finally {
      await source.close();
    }
  }

  private arrivedBefore({ name, folder, sizeBytes }: FoundFile): Promise<boolean> {
    const { maxNameLength } = this.appliance.ingest;
    return this.database.run((sql) =>
      this.repository.hasOrigin(sql, safeName(name, maxNameLength).name, safeFolder(folder), sizeBytes),
    );
  }
}

function arrivalOf({ name, folder, modifiedMs }: FoundFile, bytes: StoredBytes): Arrival {
  return { bytes, name, folder, modifiedAt: new Date(modifiedMs) };
}
