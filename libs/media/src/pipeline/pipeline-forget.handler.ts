import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { type Sql, TenantDatabase } from '#database';
import { HandlesJob, type JobHandler, type JobRun, Outbox, priorities } from '#queue';
import { PipelineBatchRepository } from './batch.repository.ts';
import { LedgerRepository } from './ledger.repository.ts';
import { pipelineForget } from './pipeline.jobs.ts';
import { PipelineEvents } from './pipeline-events.ts';
import { PipelinePorts } from './ports.ts';

const batchSize = 100;

/** Takes away the vectors of a disabled model, one batch and then itself once more; each batch leaves fewer to find. */
@Injectable()
@HandlesJob(pipelineForget)
export class PipelineForgetHandler implements JobHandler<typeof pipelineForget.payload> {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PipelineBatchRepository) private readonly batches: PipelineBatchRepository,
    @Inject(LedgerRepository) private readonly ledger: LedgerRepository,
    @Inject(PipelinePorts) private readonly ports: PipelinePorts,
    @Inject(PipelineEvents) private readonly events: PipelineEvents,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  async handle(payload: z.output<typeof pipelineForget.payload>, run: JobRun): Promise<void> {
    await this.database.run(async (sql) => {
      const left = await this.forgetBatch(sql, payload);
      if (!(await this.outbox.complete(sql, run.id))) throw new Error('This batch was done by another run.');
      if (left) await this.outbox.add(sql, pipelineForget, { payload, priority: priorities.background });
    });
  }

  /** Answers whether more may be left. A model that was enabled again meanwhile keeps what it still has: the rest is made again. */
  private async forgetBatch(sql: Sql, { model, space, steps }: z.output<typeof pipelineForget.payload>): Promise<boolean> {
    if (await this.ports.isModelEnabled(sql, model)) return false;
    const ids = await this.batches.lockMadeBy(sql, steps, model, batchSize);
    if (ids.length === 0) return false;
    await this.ports.vectorSink.drop(space, ids);
    await this.batches.forgetModel(sql, ids, steps, model);
    for (const { id, state, version } of await this.ledger.countUp(sql, ids)) this.events.assetChanged(id, state, version);
    return ids.length === batchSize;
  }
}
