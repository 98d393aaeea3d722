import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { Outbox } from '#queue';
import { pipelineSteps } from '../http/asset.contract.ts';
import { writeAsset } from './asset-patch.ts';
import type { AssetState } from './domain/asset-state.ts';
import { type AssetKind, isUnderWay, type PipelineStep } from './domain/ledger.ts';
import { resetSteps } from './domain/ledger-change.ts';
import { jobsOf, stepPlans } from './domain/step-plan.ts';
import { LedgerRepository } from './ledger.repository.ts';
import type { Urgency } from './pipeline.jobs.ts';
import { PipelineEvents } from './pipeline-events.ts';
import { PipelinePlanner } from './pipeline-planner.ts';

/** Sets assets going through the pipeline. */
@Injectable()
export class PipelineService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(LedgerRepository) private readonly ledger: LedgerRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PipelinePlanner) private readonly planner: PipelinePlanner,
    @Inject(PipelineEvents) private readonly events: PipelineEvents,
  ) {}

  /** Writes the ledger of a new asset and its first jobs, in the transaction that adds the asset. */
  async start(sql: Sql, asset: { id: string; kind: AssetKind }, urgency: Urgency = 'normal'): Promise<void> {
    const state: AssetState = 'processing';
    await this.planner.advance(sql, { ...asset, state, stateReason: null }, [], [], urgency);
    this.events.assetChanged(asset.id, state, 1);
  }

  /**
   * Runs steps of an asset again, and then whatever is made from them; all steps where none are named. Answers the steps that its
   * kind has, or undefined where there is no such asset. A step that is running is run once more after it.
   */
  async rerun(
    assetId: string,
    steps: readonly PipelineStep[] = pipelineSteps,
    urgency: Urgency = 'interactive',
  ): Promise<PipelineStep[] | undefined> {
    return this.database.run(async (sql) => {
      const asset = await this.ledger.lockAsset(sql, assetId);
      if (!asset) return undefined;
      const before = await this.ledger.rows(sql, assetId);
      const wanted = steps.filter((step) => !('skip' in stepPlans[asset.kind][step]));
      await this.outbox.forgetDead(sql, assetId, jobsOf(asset.kind, wanted));
      const next = await this.planner.advance(sql, asset, before, resetSteps(before, wanted), urgency);
      const version = await writeAsset(sql, assetId, {}, next.state, next.stateReason);
      if (version !== undefined) this.events.assetChanged(assetId, next.state, version);
      return wanted;
    });
  }

  /** Takes up steps again that dead letters had left as failed. Called with the job that is due again. */
  async resume(sql: Sql, assetId: string, job: string): Promise<void> {
    const asset = await this.ledger.lockAsset(sql, assetId);
    if (!asset) return;
    const before = await this.ledger.rows(sql, assetId);
    const failed = before.filter((row) => row.state === 'failed' && !isUnderWay(row) && row.stepVersion.startsWith(`${job}@`));
    const steps = failed.map((row) => row.step);
    const next = await this.planner.advance(sql, asset, before, resetSteps(before, steps), 'interactive');
    const version = await writeAsset(sql, assetId, {}, next.state, next.stateReason);
    if (version !== undefined) this.events.assetChanged(assetId, next.state, version);
  }
}
