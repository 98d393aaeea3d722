import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import { HoldfastError, newId } from '#kernel';
import type { Appliance } from '#manifest';
import { DiskSpace, ObjectStore, type StoredBytes } from '#storage';
import { safeFolder, safeName } from '../domain/display-name.ts';
import { IngestService } from '../ingest/ingest.service.ts';
import type { UploadMetadata } from './tus-headers.ts';
import { UploadRepository } from './upload.repository.ts';
import type { UploadBody, UploadProgress } from './upload.service.ts';
import { checksumMismatch, hashMismatch, uploadInterrupted, uploadOverflows } from './upload-errors.ts';

/** Files up to this size that come with the request that begins their upload are not worth resuming. */
export const wholeUploadBytes = 4_194_304;

/** Small files that come in one request: straight into the object store, whose fsyncs they share, and one transaction. */
@Injectable()
export class WholeUpload {
  constructor(
    @Inject(UploadRepository) private readonly repository: UploadRepository,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(IngestService) private readonly ingest: IngestService,
    @Inject(DiskSpace) private readonly disk: DiskSpace,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Takes a whole file. Nothing stays where it breaks off. Throws UPLOAD_* and STORAGE_* errors. */
  async take(sizeBytes: number, metadata: UploadMetadata, body: UploadBody): Promise<UploadProgress> {
    requireAccess('asset.create');
    await this.disk.requireRoom(sizeBytes);
    const bytes = await this.store(sizeBytes, metadata, body);
    const { maxNameLength, uploadExpiryHours } = this.appliance.ingest;
    const { sha256, modifiedAt } = metadata;
    const named = { ...safeName(metadata.name, maxNameLength), folder: safeFolder(metadata.folder), modifiedAt };
    const id = newId();
    let expiresAt = new Date();
    const accepted = await this.ingest.accept({ bytes, ...named, urgency: 'interactive' }, async (sql, outcome) => {
      expiresAt = await this.repository.add(sql, { id, ...named, sizeBytes, sha256, key: null }, uploadExpiryHours, outcome);
    });
    const { assetId, isDuplicate } = accepted;
    return { id, offsetBytes: sizeBytes, sizeBytes, expiresAt, assetId, isDuplicate };
  }

  private async store(sizeBytes: number, { sha256 }: UploadMetadata, { stream, checksum }: UploadBody): Promise<StoredBytes> {
    try {
      return await this.objects.put(exactly(stream, sizeBytes), { expectedSha256: checksum ?? sha256 ?? undefined });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw uploadInterrupted(error);
      if (error.code !== 'STORAGE_HASH_MISMATCH') throw error;
      throw checksum === undefined ? hashMismatch(sha256 ?? '', String(error.values.received)) : checksumMismatch();
    }
  }
}

/** Passes a body on and throws where it is longer or shorter than announced. */
async function* exactly(stream: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const chunk of stream) {
    count += chunk.length;
    if (count > sizeBytes) throw uploadOverflows(sizeBytes);
    yield chunk;
  }
  if (count < sizeBytes) throw uploadInterrupted(new Error(`${count} of ${sizeBytes} bytes came`));
}
