import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { Outbox, priorities } from '#queue';
import type { LedgerRow } from './domain/account.ts';
import { type AssetState, assetStateOf } from './domain/asset-state.ts';
import { isSettled } from './domain/ledger.ts';
import { planNext } from './domain/ledger-change.ts';
import type { StepJobName } from './domain/step-plan.ts';
import { LedgerRepository, type PipelineAsset } from './ledger.repository.ts';
import { stepJobs, type Urgency } from './pipeline.jobs.ts';
import { PipelineEvents } from './pipeline-events.ts';
import { StepGateRegistry } from './step-gates.ts';

/** Jobs that take long and that nobody waits for: never before those that make tiles appear. */
const leisurely: ReadonlySet<StepJobName> = new Set(['video.proxy']);

/** Writes the ledger and the jobs that follow from it. Called with the asset locked. */
@Injectable()
export class PipelinePlanner {
  constructor(
    @Inject(LedgerRepository) private readonly ledger: LedgerRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(StepGateRegistry) private readonly gates: StepGateRegistry,
    @Inject(PipelineEvents) private readonly events: PipelineEvents,
  ) {}

  /** Plans from changed rows: saves what differs from `before` and makes jobs due. Answers the state of the asset then. */
  async advance(
    sql: Sql,
    asset: Pick<PipelineAsset, 'id' | 'kind' | 'state' | 'stateReason'>,
    before: readonly LedgerRow[],
    changed: readonly LedgerRow[],
    urgency: Urgency,
  ): Promise<{ state: AssetState; stateReason: string | null }> {
    const { jobs, rows } = planNext(asset.kind, changed, this.gates.all());
    const known = new Map(before.map((row) => [row.step, JSON.stringify(row)]));
    const different = rows.filter((row) => known.get(row.step) !== JSON.stringify(row));
    await this.ledger.save(sql, asset.id, different);
    for (const name of jobs.keys()) await this.addJob(sql, asset.id, name, urgency);
    for (const row of different) if (isSettled(row)) this.events.stepAdvanced(asset.id, row.step, row.state);
    const state = assetStateOf(asset.kind, rows);
    // Ingest may know better than the pipeline why a file is not read.
    return asset.kind === 'unknown' && asset.stateReason ? { ...state, stateReason: asset.stateReason } : state;
  }

  private async addJob(sql: Sql, assetId: string, name: StepJobName, urgency: Urgency): Promise<void> {
    const priority = priorities[leisurely.has(name) ? 'background' : urgency];
    await this.outbox.add(sql, stepJobs[name], { payload: { assetId, urgency }, assetId, priority });
  }
}
