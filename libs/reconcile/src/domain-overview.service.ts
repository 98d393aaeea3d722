import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import type { AnswerOf } from '#kernel';
import { ChangeRepository } from './change.repository.ts';
import type { Reconciler } from './domain/reconciler.ts';
import { DomainWatch } from './domain-watch.ts';
import type { getReconcileDomain, listReconcileDomains } from './http/reconcile.contract.ts';
import { pendingAnswer } from './reconcile.service.ts';
import { ReconcilerRegistry } from './reconciler-registry.ts';

type Domain = AnswerOf<typeof getReconcileDomain>;

/** How the domains of the host stand. One that cannot be read does not hide the others. */
@Injectable()
export class DomainOverview {
  constructor(
    @Inject(ReconcilerRegistry) private readonly registry: ReconcilerRegistry,
    @Inject(ChangeRepository) private readonly changes: ChangeRepository,
    @Inject(DomainWatch) private readonly watch: DomainWatch,
  ) {}

  async list(): Promise<AnswerOf<typeof listReconcileDomains>> {
    requireAccess('box.read');
    const summaries = await Promise.all(
      this.registry.all().map(async (reconciler) => {
        const told = await this.describe(reconciler).catch((error: Error) => broken(reconciler, error));
        const { drift: _, ...summary } = told;
        return summary;
      }),
    );
    return { domains: summaries };
  }

  /** Throws RECONCILE_DOMAIN_UNKNOWN. */
  async get(domain: string): Promise<Domain> {
    requireAccess('box.read');
    return this.describe(this.registry.get(domain));
  }

  private async describe(reconciler: Reconciler): Promise<Domain> {
    const { domain, title, lane } = reconciler;
    const [view, open, notApplied] = await Promise.all([
      this.watch.view(reconciler),
      this.changes.open(lane),
      this.countNotApplied(reconciler),
    ]);
    const { drift, checkedAt, ...rest } = view;
    const own = open.find((change) => change.domain === domain);
    return {
      ...{ domain, title, ...rest, driftCount: drift.length, checkedAt: checkedAt?.toISOString() ?? null },
      ...{ notApplied, drift, pending: own ? pendingAnswer(own) : null },
    };
  }

  /** What is declared and not in force; null where that cannot be planned or the host does not say what it has. */
  private async countNotApplied(reconciler: Reconciler): Promise<number | null> {
    try {
      const [desired, { host, seen }] = await Promise.all([reconciler.desire({}), reconciler.observe()]);
      const plan = host.generation === null ? undefined : await reconciler.plan(desired, seen);
      return plan?.feasible ? plan.changes.length : null;
    } catch {
      return null;
    }
  }
}

function broken({ domain, title }: Reconciler, { message }: Error): Domain {
  return {
    ...{ domain, title, state: 'unavailable', hostControl: { available: false, reason: message } },
    ...{ generation: null, planId: null, driftCount: 0, checkedAt: null, notApplied: null, drift: [], pending: null },
  };
}
