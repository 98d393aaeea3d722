import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { TenantDatabase } from '#database';
import type { AnswerOf, InputOf } from '#kernel';
import type { precheckUploads } from '../http/upload.contract.ts';
import { IngestService } from '../ingest/ingest.service.ts';

type Files = InputOf<typeof precheckUploads>['body']['files'];

/** Spares sending bytes that are known. Only of the asking organisation: what others have shows in no way. */
@Injectable()
export class PrecheckService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(IngestService) private readonly ingest: IngestService,
  ) {}

  /** Says which files are assets already; those gain the given name and leave the trash. */
  async check(files: Files): Promise<AnswerOf<typeof precheckUploads>> {
    requireAccess('asset.create');
    // In one order, so that two checks of the same files wait for each other instead of locking each other out.
    const ordered = [...files].sort((left, right) => (left.sha256 < right.sha256 ? -1 : 1));
    const known = await this.database.run(async () => {
      const found = new Map<string, { assetId: string; trashed: boolean }>();
      for (const { sha256, sizeBytes, name, folder } of ordered) {
        const accepted = await this.ingest.acceptKnown({ bytes: { sha256, sizeBytes }, name, folder });
        const before = found.get(sha256)?.trashed ?? false;
        if (accepted) found.set(sha256, { assetId: accepted.assetId, trashed: before || accepted.isRestored });
      }
      return found;
    });
    return {
      files: files.map(({ sha256 }) => ({ sha256, ...(known.get(sha256) ?? { assetId: null, trashed: false }) })),
    };
  }
}
