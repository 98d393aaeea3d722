import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { type AnswerOf, HoldfastError, type InputOf, newId, type TenantContext } from '#kernel';
import { failpoint } from '#manifest';
import { type Actor, ChangeRepository, type ChangeRow, type NewChange } from './change.repository.ts';
import { ChangeCourse, errandOf } from './change-course.ts';
import { whyOf } from './change-words.ts';
import { isOpen } from './domain/next-step.ts';
import type { HostAnswer, Obstacle, Plan, Reconciler, Values } from './domain/reconciler.ts';
import { DomainWatch } from './domain-watch.ts';
import type { applyReconcile, confirmReconcile, healReconcile, planReconcile } from './http/reconcile.contract.ts';
import { reconcileError } from './reconcile-error.ts';
import { ReconcilerRegistry } from './reconciler-registry.ts';

type Pending = AnswerOf<typeof applyReconcile>;
type Outcome = AnswerOf<typeof confirmReconcile>;
type Wish = Omit<InputOf<typeof applyReconcile>['body'], 'planId'> & { planId?: string };

/** Plans, puts in force, keeps and takes back, for whoever may. */
@Injectable()
export class ReconcileService {
  constructor(
    @Inject(ReconcilerRegistry) private readonly registry: ReconcilerRegistry,
    @Inject(ChangeRepository) private readonly changes: ChangeRepository,
    @Inject(ChangeCourse) private readonly course: ChangeCourse,
    @Inject(DomainWatch) private readonly watch: DomainWatch,
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** What would change with other values. Throws RECONCILE_DOMAIN_UNKNOWN, RECONCILE_VALUE_UNKNOWN. */
  async plan(domain: string, values: Values): Promise<AnswerOf<typeof planReconcile>> {
    requireAccess('box.read');
    const { plan } = await this.planNow(this.registry.get(domain), values);
    return planAnswer(plan);
  }

  /**
   * Puts a plan in force, to be confirmed. Throws RECONCILE_CHANGE_WAITS, RECONCILE_PLAN_STALE, RECONCILE_INFEASIBLE,
   * HOST_CONTROL_UNAVAILABLE, and what the host refuses.
   */
  async apply(domain: string, body: InputOf<typeof applyReconcile>['body']): Promise<Pending> {
    const context = requireAccess('box.change');
    return this.begin(this.registry.get(domain), body, context);
  }

  /** Keeps what waits. Throws RECONCILE_CHANGE_UNKNOWN, RECONCILE_CHANGE_ENDED, RECONCILE_NOT_YET. */
  async confirm(domain: string, changeId: string): Promise<Outcome> {
    const context = requireAccess('box.change');
    const change = await this.waiting(domain, changeId);
    if (change.state === 'planned' || change.state === 'applying')
      throw reconcileError('RECONCILE_NOT_YET', 'The change is not in force yet.');
    return this.answer(change, context, 'committed', (reconciler, row) => reconciler.confirm(errandOf(row)));
  }

  /** Takes back what waits. Throws as `confirm`. */
  async rollBack(domain: string, changeId: string): Promise<Outcome> {
    const context = requireAccess('box.change');
    const change = await this.waiting(domain, changeId);
    return this.answer(change, context, 'rolled-back', (reconciler, row) => reconciler.rollback(errandOf(row)));
  }

  /** Goes back to what a generation had, as a change of its own that waits. Throws RECONCILE_GENERATION_UNKNOWN, and as `apply`. */
  async returnTo(domain: string, generation: number, confirmSeconds: number): Promise<Outcome> {
    const context = requireAccess('box.change');
    const reconciler = this.registry.get(domain);
    const former = await this.changes.committed(reconciler.lane, generation);
    if (!former)
      throw reconcileError('RECONCILE_GENERATION_UNKNOWN', `There is no generation ${generation} of ${domain} that was kept.`);
    const { host } = await reconciler.observe();
    const reason = `Back to generation ${generation}.`;
    const wish = { values: former.after, baseGeneration: host.generation ?? 0, confirmSeconds, reason };
    return { state: 'waiting', pending: await this.begin(reconciler, wish, context) };
  }

  /** Puts right what needs no decision. Throws HOST_CONTROL_UNAVAILABLE. */
  async heal(domain: string, which: InputOf<typeof healReconcile>['body']): Promise<AnswerOf<typeof healReconcile>> {
    const { organisationId, actor, requestId } = requireAccess('box.change');
    const reconciler = this.registry.get(domain);
    const { healed } = await reconciler.heal(which, actor.label);
    const { drift } = await this.watch.look(reconciler);
    await this.database.run((sql) =>
      this.audit.recordSystem(sql, {
        ...{ organisationId, actor: actor as Actor, requestId, action: 'reconcile.healed' },
        target: { kind: 'host-domain', id: domain },
        detail: { ...which, healed, left: drift.length },
      }),
    );
    return { healed, drift };
  }

  private async begin(reconciler: Reconciler, wish: Wish, context: TenantContext): Promise<Pending> {
    await this.refuseWhileBusy(reconciler);
    const { host, plan } = await this.planNow(reconciler, wish.values);
    if (host.problem !== null) throw unavailable(host.problem);
    if (host.generation !== wish.baseGeneration)
      throw reconcileError(
        'RECONCILE_PLAN_STALE',
        `The plan builds on generation ${wish.baseGeneration}, and ${host.generation} is in force.`,
      );
    if (!plan.feasible) throw reconcileError('RECONCILE_INFEASIBLE', plan.message, { values: { ...plan } });
    if (wish.planId !== undefined && plan.planId !== wish.planId)
      throw reconcileError(
        'RECONCILE_PLAN_STALE',
        'The plan would be another by now: what is declared or the machine changed.',
      );
    const change = await this.insert(reconciler, plan, wish, context);
    failpoint('reconcile.planned');
    try {
      const begun = await this.course.begin(change);
      return pendingAnswer(begun);
    } finally {
      await this.watch.tell(reconciler);
    }
  }

  private async planNow(reconciler: Reconciler, values: Values) {
    const [desired, { host, seen }] = await Promise.all([reconciler.desire(values), reconciler.observe()]);
    return { host, plan: await reconciler.plan(desired, seen) };
  }

  private async refuseWhileBusy({ lane }: Reconciler): Promise<void> {
    const [open] = await this.changes.open(lane);
    if (open) throw busy(open);
  }

  /** The row and its entry in the audit are one transaction: what is not written down is not done. */
  private async insert(reconciler: Reconciler, plan: Plan<unknown>, wish: Wish, context: TenantContext): Promise<ChangeRow> {
    const { domain, lane } = reconciler;
    const { organisationId, requestId } = context;
    const actor = context.actor as Actor;
    const purpose = wish.reason || `${reconciler.title}: ${describe(plan)}`;
    const change: NewChange = {
      ...{ id: newId(), domain, lane, organisationId, actor, requestId, purpose, confirmSeconds: wish.confirmSeconds },
      ...{ planId: plan.planId, baseGeneration: plan.baseGeneration, changes: plan.changes },
      ...{ declares: plan.declares, after: plan.after, files: plan.files, order: plan.order },
    };
    const isFirst = await this.database.run(async (sql) => {
      if (!(await this.changes.insert(sql, change))) return false;
      const detail = { change: change.id, planId: plan.planId, baseGeneration: plan.baseGeneration, changes: plan.changes };
      const target = { kind: 'host-domain', id: domain };
      await this.audit.recordSystem(sql, { organisationId, actor, requestId, action: 'reconcile.applied', target, detail });
      return true;
    });
    const row = await this.changes.find(change.id);
    if (isFirst && row) return row;
    await this.refuseWhileBusy(reconciler);
    throw reconcileError('RECONCILE_CHANGE_WAITS', 'Somebody else was faster; their change has ended already.', {
      action: 'Plan again.',
    });
  }

  private async waiting(domain: string, changeId: string): Promise<ChangeRow> {
    this.registry.get(domain);
    const change = await this.changes.find(changeId);
    if (!change || change.domain !== domain)
      throw reconcileError('RECONCILE_CHANGE_UNKNOWN', `There is no change ${changeId} of ${domain}.`);
    return change;
  }

  /** A host that refuses may have been faster: its time was up. Throws the refusal where it has not ended. */
  private async whatBecame(reconciler: Reconciler, row: ChangeRow, refusal: unknown): Promise<HostAnswer> {
    const found = await reconciler.find(errandOf(row)).catch(() => undefined);
    if (found?.state === 'committed' || found?.state === 'rolled-back') return found;
    throw refusal;
  }

  /** Tells the host what somebody decided; asking again for what has happened already answers the same. */
  private async answer(
    change: ChangeRow,
    { actor }: TenantContext,
    wanted: Outcome['state'],
    tell: (reconciler: Reconciler, row: ChangeRow) => ReturnType<Reconciler['confirm']>,
  ): Promise<Outcome> {
    const reconciler = this.registry.get(change.domain);
    if (!isOpen(change.state)) return { state: ended(change, wanted), pending: null };
    const decision = { ...(actor as Actor), wish: wanted === 'committed' ? ('keep' as const) : ('revert' as const) };
    await this.changes.answer(change.id, decision);
    const row: ChangeRow = { ...change, answeredBy: decision };
    const told = await tell(reconciler, row).catch((error) => this.whatBecame(reconciler, row, error));
    failpoint('reconcile.answered');
    const now = await this.course.take(row, told);
    await this.watch.tell(reconciler);
    return isOpen(now.state) ? { state: 'waiting', pending: pendingAnswer(now) } : { state: ended(now, wanted), pending: null };
  }
}

/** What waits, as it is told. */
export function pendingAnswer({ id, generation, planId, deadline, byName, startedAt, changes }: ChangeRow): Pending {
  const secondsLeft = deadline && Math.max(0, (deadline.getTime() - Date.now()) / 1000);
  return {
    ...{ changeId: id, generation, planId, deadline: deadline?.toISOString() ?? null, secondsLeft },
    ...{ by: byName, startedAt: startedAt.toISOString(), changes },
  };
}

function planAnswer(plan: Plan<unknown> | Obstacle): AnswerOf<typeof planReconcile> {
  if (!plan.feasible) return plan;
  const { planId, baseGeneration, changes, reasons, restarts } = plan;
  return { feasible: true, planId, baseGeneration, changes, reasons, restarts };
}

/** What it came to, where that is what was wanted; otherwise that it has ended. */
function ended(change: ChangeRow, wanted: Outcome['state']): Outcome['state'] {
  if (change.state === wanted) return wanted;
  const why = whyOf(change);
  const how =
    { committed: 'was kept', 'rolled-back': 'went back', failed: 'has failed' }[change.state as string] ?? 'has ended';
  throw reconcileError('RECONCILE_CHANGE_ENDED', `The change ${how}${why ? `: ${why}` : '.'}`);
}

function busy({ domain, byName, state, deadline }: ChangeRow): HoldfastError {
  const until = deadline ? `; it goes back by itself at ${deadline.toISOString()}` : '';
  const what = state === 'waiting' ? 'waits for its confirmation' : 'is being put in force';
  return reconcileError('RECONCILE_CHANGE_WAITS', `A change of ${domain} by ${byName} ${what}${until}.`, {
    values: { domain, by: byName, deadline: deadline?.toISOString() ?? null },
  });
}

function unavailable(problem: string): HoldfastError {
  return new HoldfastError('HOST_CONTROL_UNAVAILABLE', {
    kind: 'unavailable',
    message: `host control unavailable: ${problem}`,
    action: 'Plans can be read without it; to apply them, start it: systemctl start holdfast-agent.socket.',
  });
}

function describe({ declares, changes }: Plan<unknown>): string {
  const named = Object.entries(declares).map(([name, value]) => `${name}=${value}`);
  return named.length > 0 ? named.join(' ') : `${changes.length} changes as declared`;
}
