import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { HoldfastError } from '#kernel';
import { ObjectStore, PartialFile, type StoredBytes } from '#storage';
import type { Accepted } from '../ingest/arrival.ts';
import { IngestService } from '../ingest/ingest.service.ts';
import { UploadRepository, type UploadRow } from './upload.repository.ts';
import { hashMismatch } from './upload-errors.ts';
import { UploadFolder } from './upload-folder.ts';

/** The end of an upload: from all bytes durable to an asset. Each step may be repeated after a crash. */
@Injectable()
export class UploadFinish {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(UploadRepository) private readonly repository: UploadRepository,
    @Inject(UploadFolder) private readonly folder: UploadFolder,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(IngestService) private readonly ingest: IngestService,
  ) {}

  /** Makes a complete upload an asset. `sha256` spares reading the file again. Throws UPLOAD_HASH_MISMATCH. */
  async finish(upload: UploadRow, sha256?: string): Promise<Accepted> {
    const received = upload.receivedSha256 ?? sha256 ?? (await hashFile(this.folder.pathOf(upload.id)));
    if (upload.sha256 !== null && upload.sha256 !== received) throw await this.drop(upload, received);
    // Confirmed first: after the next step the file is an object and no longer there to be hashed.
    if (upload.receivedSha256 === null) await this.database.run((sql) => this.repository.complete(sql, upload.id, received));
    const bytes = await this.adopt(upload, received);
    return this.accept(upload, bytes);
  }

  private accept(upload: UploadRow, bytes: StoredBytes): Promise<Accepted> {
    const { id, name, folder, givenName, modifiedAt } = upload;
    return this.ingest.accept({ bytes, name, givenName, folder, modifiedAt, urgency: 'interactive' }, (sql, accepted) =>
      this.repository.markStored(sql, id, accepted),
    );
  }

  private async adopt(upload: UploadRow, sha256: string): Promise<StoredBytes> {
    const known = { sha256, sizeBytes: upload.sizeBytes };
    try {
      return await this.objects.adopt(this.folder.pathOf(upload.id), known);
    } catch (error) {
      const isGone = error instanceof HoldfastError && error.values.systemCode === 'ENOENT';
      const stored = isGone ? await this.objects.stat(sha256) : undefined;
      if (stored?.sizeBytes !== upload.sizeBytes) throw error;
      return known;
    }
  }

  private async drop(upload: UploadRow, received: string): Promise<HoldfastError> {
    const error = hashMismatch(upload.sha256 ?? '', received);
    await PartialFile.remove(this.folder.pathOf(upload.id));
    await this.database.run((sql) => this.repository.markFailed(sql, upload.id, error.message));
    return error;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
