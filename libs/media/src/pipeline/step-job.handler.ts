import type { JobHandler, JobRun } from '#queue';
import type { StepJobName } from './domain/step-plan.ts';
import type { StepPayload, stepPayload } from './pipeline.jobs.ts';
import type { StepRunner } from './step-runner.ts';
import type { StepContext, WorkResult } from './step-work.ts';

/** A job that does steps of one asset: subclasses say which job and do the work, the runner keeps the ledger. */
export abstract class StepJobHandler implements JobHandler<typeof stepPayload> {
  protected abstract readonly job: StepJobName;

  constructor(private readonly runner: StepRunner) {}

  /** Does the steps that the context names. May run more than once; throws to be tried again. */
  protected abstract work(context: StepContext): Promise<WorkResult>;

  handle(payload: StepPayload, run: JobRun): Promise<void> {
    return this.runner.run(this.job, payload, run, (context) => this.work(context));
  }

  giveUp(payload: StepPayload, error: { code: string; message: string }): Promise<void> {
    return this.runner.giveUp(this.job, payload, error);
  }
}
