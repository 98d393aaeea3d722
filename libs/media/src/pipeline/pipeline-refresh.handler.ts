import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { HandlesJob, type JobHandler, type JobRun, Outbox, priorities } from '#queue';
import { PipelineBatchRepository } from './batch.repository.ts';
import { pipelineRefresh } from './pipeline.jobs.ts';
import { PipelineService } from './pipeline.service.ts';

const batchSize = 50;

/** Makes again what older versions of steps made, and takes up what lies about, a batch at a time; each batch leaves fewer to find. */
@Injectable()
@HandlesJob(pipelineRefresh)
export class PipelineRefreshHandler implements JobHandler<typeof pipelineRefresh.payload> {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PipelineBatchRepository) private readonly batches: PipelineBatchRepository,
    @Inject(PipelineService) private readonly pipeline: PipelineService,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  async handle(_payload: unknown, run: JobRun): Promise<void> {
    await this.database.run(async (sql) => {
      const old = await this.batches.outdated(sql, batchSize);
      const lying = old.size < batchSize ? await this.batches.lyingAbout(sql, batchSize) : new Map();
      for (const [id, steps] of old) await this.pipeline.rerun(id, steps, 'background');
      for (const [id, steps] of lying) if (!old.has(id)) await this.pipeline.rerun(id, steps, 'normal');
      if (!(await this.outbox.complete(sql, run.id))) throw new Error('This batch was done by another run.');
      if (old.size === batchSize || lying.size === batchSize)
        await this.outbox.add(sql, pipelineRefresh, { payload: {}, priority: priorities.background });
    });
  }
}
