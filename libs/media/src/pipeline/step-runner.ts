import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { asHoldfastError, type HoldfastError } from '#kernel';
import { type JobRun, Outbox } from '#queue';
import { ProcessorMeter } from '#sandbox';
import { writeAsset } from './asset-patch.ts';
import { type LedgerRow, withWholeCost } from './domain/account.ts';
import { inputVersionOf } from './domain/due-jobs.ts';
import { isUnderWay, type StepState } from './domain/ledger.ts';
import { applyResult, releaseQueued } from './domain/ledger-change.ts';
import { jobOf, type StepJobName, stepPlans } from './domain/step-plan.ts';
import { LedgerRepository, type PipelineAsset } from './ledger.repository.ts';
import type { StepPayload } from './pipeline.jobs.ts';
import { PipelineEvents } from './pipeline-events.ts';
import { PipelinePlanner } from './pipeline-planner.ts';
import { failedBy, judgeFailure } from './step-failure.ts';
import type { StepContext, StepWork, WorkResult } from './step-work.ts';

/**
 * Runs the work of one job for one asset: marks its steps as running, does the work outside any transaction, and commits the
 * results, their effects, the end of the job and the jobs that follow in one.
 */
@Injectable()
export class StepRunner {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(LedgerRepository) private readonly ledger: LedgerRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PipelinePlanner) private readonly planner: PipelinePlanner,
    @Inject(PipelineEvents) private readonly events: PipelineEvents,
  ) {}

  async run(job: StepJobName, payload: StepPayload, run: JobRun, work: StepWork): Promise<void> {
    const context = await this.begin(job, payload, run);
    if (!context) return;
    const started = performance.now();
    const meter = new ProcessorMeter();
    let done: WorkResult;
    try {
      done = await meter.run(() => work(context));
    } catch (thrown) {
      done = await this.fail(context, asHoldfastError(thrown), meter.milliseconds);
    }
    const durationMs = performance.now() - started;
    const results = withWholeCost(done.results, meter.milliseconds).map((result) => ({ durationMs, ...result }));
    await this.commit(job, payload, context, { ...done, results });
  }

  /** Marks the steps of a job that is out of attempts as failed, and goes on with the others. */
  async giveUp(job: StepJobName, payload: StepPayload, error: { code: string; message: string }): Promise<void> {
    await this.database.run(async (sql) => {
      const asset = await this.ledger.lockAsset(sql, payload.assetId);
      if (!asset) return;
      const rows = await this.ledger.rows(sql, asset.id);
      const given = rows.filter((row) => isUnderWay(row) && jobOf(asset.kind, row.step, row.stage) === job);
      // What the last try cost was noted with its error; of later jobs of a step it is added to what the earlier ones cost.
      const results = given.flatMap(({ step, stage, cpuMs }) =>
        failedBy(error, [step]).map((result) => ({ ...result, cpuMs: stage > 0 ? 0 : (cpuMs ?? 0) })),
      );
      await this.record(sql, { job, payload, asset, rows, ended: ['queued', 'running'] }, { results });
    });
  }

  private async begin(job: StepJobName, payload: StepPayload, run: JobRun): Promise<StepContext | undefined> {
    return this.database.run(async (sql) => {
      const asset = await this.ledger.findAsset(sql, payload.assetId);
      const rows = asset ? await this.ledger.rows(sql, asset.id) : [];
      const mine = asset ? rows.filter((row) => isUnderWay(row) && jobOf(asset.kind, row.step, row.stage) === job) : [];
      const begun =
        asset && mine.length > 0
          ? await this.ledger.begin(
              sql,
              asset.id,
              mine.map((row) => withInput(asset, row, rows)),
            )
          : [];
      if (!asset || begun.length === 0) {
        // The asset is gone, or another job has done these steps meanwhile.
        await this.outbox.complete(sql, run.id);
        return undefined;
      }
      for (const step of begun) this.events.stepAdvanced(asset.id, step, 'running');
      return { asset, steps: new Set(begun), rows, run };
    });
  }

  /** Decides what a thrown error means: another try, a dead letter, or steps that failed for good because of their file. */
  private async fail(context: StepContext, error: HoldfastError, spentMs: number): Promise<WorkResult> {
    const { asset, steps, run } = context;
    const judged = judgeFailure(error, run);
    if (judged === 'final') return { results: failedBy(error, steps) };
    await this.database
      .run((sql) => this.ledger.noteRetry(sql, asset.id, [...steps], error, spentMs / steps.size))
      .catch(() => {
        // The database may be what failed; the job's own end is what counts.
      });
    throw judged;
  }

  private async commit(job: StepJobName, payload: StepPayload, context: StepContext, done: WorkResult): Promise<void> {
    await this.database.run(async (sql) => {
      const asset = await this.ledger.lockAsset(sql, context.asset.id);
      const isMine = await this.outbox.complete(sql, context.run.id);
      // Another run of the same job was faster, or the asset was deleted: nothing of this one may be seen.
      if (!asset || !isMine) return;
      const rows = await this.ledger.rows(sql, asset.id);
      await done.commit?.(sql);
      // A step that was asked for again meanwhile is queued, and keeps waiting for its next run.
      await this.record(sql, { job, payload, asset, rows, ended: ['running'] }, done);
    });
  }

  private async record(sql: Sql, end: JobEnd, done: WorkResult): Promise<void> {
    const { asset, rows, job } = end;
    const results = new Map(done.results.map((result) => [result.step, result]));
    const ended = rows.map((row) => {
      const result = end.ended.includes(row.state) ? results.get(row.step) : undefined;
      return result ? applyResult(asset.kind, row, result) : row;
    });
    const next = await this.planner.advance(sql, asset, rows, releaseQueued(asset.kind, ended, job), end.payload.urgency);
    const version = await writeAsset(sql, asset.id, done.patch ?? {}, next.state, next.stateReason);
    if (version !== undefined) this.events.assetChanged(asset.id, next.state, version);
  }
}

/** The end of one job, with the asset locked and its ledger read. */
interface JobEnd {
  job: StepJobName;
  payload: StepPayload;
  asset: PipelineAsset;
  rows: LedgerRow[];
  /** States of the rows that the results are for. */
  ended: StepState[];
}

function withInput(asset: PipelineAsset, row: LedgerRow, rows: readonly LedgerRow[]): Pick<LedgerRow, 'step' | 'inputVersion'> {
  const rule = stepPlans[asset.kind][row.step];
  return { step: row.step, inputVersion: 'skip' in rule ? '' : inputVersionOf(rule, rows) };
}
