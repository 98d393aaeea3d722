import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { currentContext, runAs, type TenantContext } from '#kernel';
import { EventPublisher } from '#queue';
import { assetChanged, ledgerAdvanced } from '../http/asset-events.contract.ts';
import type { AssetState } from './domain/asset-state.ts';
import type { PipelineStep, StepState } from './domain/ledger.ts';

/** Browsers hear of one asset or step at most this often. */
const flushEveryMs = 250;
/** Steps told per flush and organisation; during a large import the rest is seen when the list is asked for. */
const stepsPerFlush = 50;

interface Pending {
  context: TenantContext;
  assets: Map<string, { state: AssetState; version: number }>;
  steps: Map<string, { assetId: string; step: PipelineStep; state: StepState }>;
}

/** Tells browsers how assets come along, the latest of each a few times a second. */
@Injectable()
export class PipelineEvents {
  private readonly pending = new Map<string, Pending>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
  ) {}

  /** Says once the running transaction has committed that an asset is different now. */
  assetChanged(id: string, state: AssetState, version: number): void {
    this.afterCommit(({ assets }) => {
      // Two transactions may become known here in another order than they committed in.
      if (version >= (assets.get(id)?.version ?? 0)) assets.set(id, { state, version });
    });
  }

  /** Says once the running transaction has committed that a step has come further. */
  stepAdvanced(assetId: string, step: PipelineStep, state: StepState): void {
    this.afterCommit((pending) => pending.steps.set(`${assetId}:${step}`, { assetId, step, state }));
  }

  private afterCommit(note: (pending: Pending) => void): void {
    const context = currentContext();
    this.database.afterCommit(() => {
      const pending = this.pending.get(context.organisationId) ?? { context, assets: new Map(), steps: new Map() };
      this.pending.set(context.organisationId, pending);
      note(pending);
      this.timer ??= setTimeout(() => this.flush(), flushEveryMs).unref();
    });
  }

  private flush(): void {
    this.timer = undefined;
    const batches = [...this.pending.values()];
    this.pending.clear();
    for (const { context, assets, steps } of batches)
      runAs(context, () => {
        for (const [id, change] of assets) this.publisher.publish(assetChanged, { id, ...change });
        for (const step of [...steps.values()].slice(-stepsPerFlush)) this.publisher.publish(ledgerAdvanced, step);
      });
  }
}
