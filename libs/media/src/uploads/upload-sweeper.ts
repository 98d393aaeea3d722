import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { newId, runAs } from '#kernel';
import { loggerFor } from '#telemetry';
import { UploadRepository } from './upload.repository.ts';
import { UploadService } from './upload.service.ts';
import { UploadFiles } from './upload-files.ts';
import { UploadFinish } from './upload-finish.ts';

const logger = loggerFor('uploads');
const sweepEveryMs = 600_000;

/** Ends what nobody ends: complete uploads become assets, expired ones go. Runs where uploads are received. */
@Injectable()
export class UploadSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(UploadRepository) private readonly repository: UploadRepository,
    @Inject(UploadService) private readonly uploads: UploadService,
    @Inject(UploadFinish) private readonly ending: UploadFinish,
    @Inject(UploadFiles) private readonly files: UploadFiles,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), sweepEveryMs).unref();
    void this.sweep();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Sweeps every organisation once; what fails is logged and tried again next time. */
  async sweep(): Promise<void> {
    try {
      const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation'));
      for (const { id } of organisations)
        await runAs(
          {
            organisationId: id,
            actor: { kind: 'system', id: 'uploads', label: 'upload sweeper' },
            permissions: new Set(['asset.create'] as const),
            requestId: newId(),
          },
          () => this.sweepOrganisation(),
        );
    } catch (error) {
      logger.warn({ err: error }, 'Uploads could not be swept');
    }
  }

  private async sweepOrganisation(): Promise<void> {
    for (const upload of await this.database.run((sql) => this.repository.unfinished(sql))) {
      if (this.uploads.locks.isHeld(upload.id)) continue;
      await this.uploads.locks
        .holding(upload.id, () => this.ending.finish(upload))
        .then(
          () => logger.info({ uploadId: upload.id }, 'A complete upload became an asset'),
          (error) => logger.warn({ err: error, uploadId: upload.id }, 'A complete upload could not become an asset'),
        );
    }
    for (const upload of await this.database.run((sql) => this.repository.expired(sql))) {
      if (this.uploads.locks.isHeld(upload.id)) continue;
      await this.files.remove(upload.id);
      await this.database.run((sql) => this.repository.remove(sql, upload.id));
    }
  }
}
