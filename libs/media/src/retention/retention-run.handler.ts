import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { HandlesJob, type JobHandler, type JobRun } from '#queue';
import { retentionRun } from './retention.jobs.ts';
import { RetentionRunner } from './retention-runner.ts';

/** Carries out runs that delete, in workers with the role storage. */
@Injectable()
@HandlesJob(retentionRun)
export class RetentionRunHandler implements JobHandler<typeof retentionRun.payload> {
  constructor(@Inject(RetentionRunner) private readonly runner: RetentionRunner) {}

  async handle({ runId }: z.output<typeof retentionRun.payload>, run: JobRun): Promise<void> {
    await this.runner.run(runId, run.signal);
  }

  async giveUp({ runId }: z.output<typeof retentionRun.payload>, error: { code: string; message: string }): Promise<void> {
    await this.runner.end(runId, error);
  }
}
