import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { HoldfastError } from '#kernel';
import { ObjectStore, type StoredBytes } from '#storage';
import type { Accepted } from '../ingest/arrival.ts';
import { IngestService } from '../ingest/ingest.service.ts';
import { UploadRepository, type UploadRow } from './upload.repository.ts';
import { hashMismatch } from './upload-errors.ts';
import { UploadFiles } from './upload-files.ts';

/** The end of an upload: from all bytes durable to an asset. Each step may be repeated after a crash. */
@Injectable()
export class UploadFinish {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(UploadRepository) private readonly repository: UploadRepository,
    @Inject(UploadFiles) private readonly files: UploadFiles,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(IngestService) private readonly ingest: IngestService,
  ) {}

  /** Makes a complete upload an asset. Throws UPLOAD_HASH_MISMATCH. */
  async finish(upload: UploadRow): Promise<Accepted> {
    const bytes = (await this.adoptedBefore(upload)) ?? (await this.adopt(upload));
    const accepted = await this.accept(upload, bytes);
    await this.files.remove(upload.id);
    return accepted;
  }

  private accept(upload: UploadRow, bytes: StoredBytes): Promise<Accepted> {
    const { id, name, folder, givenName, modifiedAt } = upload;
    return this.ingest.accept({ bytes, name, givenName, folder, modifiedAt, urgency: 'interactive' }, (sql, accepted) =>
      this.repository.markStored(sql, id, accepted),
    );
  }

  /** Makes the file an object. What it hashes to is confirmed first: after that it has another name. */
  private async adopt(upload: UploadRow): Promise<StoredBytes> {
    const { id, key } = upload;
    const file = await this.files.complete(upload);
    try {
      const { digests } = file;
      if (!digests || key === null) throw new Error(`Upload ${id} is not complete.`);
      if (upload.sha256 !== null && upload.sha256 !== digests.sha256) throw await this.drop(upload, digests.sha256);
      await this.database.run((sql) => this.repository.complete(sql, id, digests.sha256));
      return await this.objects.adopt({ ...digests, path: this.files.pathOf(id), id, key });
    } finally {
      await file.close();
    }
  }

  /** The object, where an earlier attempt got as far as that and died. */
  private async adoptedBefore({ id, key, receivedSha256: sha256, sizeBytes }: UploadRow): Promise<StoredBytes | undefined> {
    if (sha256 === null || key === null) return undefined;
    const stored = await this.objects.stat(sha256);
    return stored ? { sha256, sizeBytes } : this.objects.adoptNamed({ id, key, sha256, sizeBytes });
  }

  private async drop(upload: UploadRow, received: string): Promise<HoldfastError> {
    const error = hashMismatch(upload.sha256 ?? '', received);
    await this.files.remove(upload.id);
    await this.database.run((sql) => this.repository.markFailed(sql, upload.id, error.message));
    return error;
  }
}
