import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import type { PipelineStep } from '../pipeline/domain/ledger.ts';
import { PipelineService } from '../pipeline/pipeline.service.ts';
import { assetNotFound } from './asset.service.ts';

/** Has steps of an asset done again on somebody's wish. */
@Injectable()
export class RerunService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PipelineService) private readonly pipeline: PipelineService,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** Answers the steps that run again. Throws MEDIA_ASSET_NOT_FOUND. */
  rerun(assetId: string, wanted: readonly PipelineStep[] | undefined): Promise<PipelineStep[]> {
    requireAccess('job.retry');
    return this.database.run(async (sql) => {
      const steps = await this.pipeline.rerun(assetId, wanted);
      if (!steps) throw assetNotFound(assetId);
      await this.audit.record(sql, { action: 'asset.rerun', target: { kind: 'asset', id: assetId }, detail: { steps } });
      return steps;
    });
  }
}
