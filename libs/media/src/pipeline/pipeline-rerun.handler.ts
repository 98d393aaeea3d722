import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { TenantDatabase } from '#database';
import { HandlesJob, type JobHandler, type JobRun, Outbox, priorities } from '#queue';
import { PipelineBatchRepository } from './batch.repository.ts';
import { pipelineRerun } from './pipeline.jobs.ts';
import { PipelineService } from './pipeline.service.ts';

/** Assets of one transaction: few enough that somebody who waits for one of them does not notice. */
const batchSize = 50;

/** Runs steps of many assets again, one batch and then itself once more from where it was. */
@Injectable()
@HandlesJob(pipelineRerun)
export class PipelineRerunHandler implements JobHandler<typeof pipelineRerun.payload> {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PipelineBatchRepository) private readonly batches: PipelineBatchRepository,
    @Inject(PipelineService) private readonly pipeline: PipelineService,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  async handle(payload: z.output<typeof pipelineRerun.payload>, run: JobRun): Promise<void> {
    await this.database.run(async (sql) => {
      const ids = await this.batches.choose(sql, payload, payload.cursor, batchSize);
      for (const id of ids) await this.pipeline.rerun(id, payload.steps, 'background');
      if (!(await this.outbox.complete(sql, run.id))) throw new Error('This batch was done by another run.');
      const cursor = ids.at(-1);
      if (cursor && ids.length === batchSize)
        await this.outbox.add(sql, pipelineRerun, { payload: { ...payload, cursor }, priority: priorities.background });
    });
  }
}
