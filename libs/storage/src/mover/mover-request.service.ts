import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { APPLIANCE, TenantDatabase } from '#database';
import { type AnswerOf, type Clock, HoldfastError, type InputOf, newId } from '#kernel';
import type { Appliance } from '#manifest';
import type { listMoverRuns, planMoves, runMoves } from '../http/storage.contract.ts';
import { CLOCK } from '../storage.tokens.ts';
import { instantOf, type PlannedMove } from './domain/plan.ts';
import { hoursAfter } from './domain/policy.ts';
import { nextWithin } from './domain/window.ts';
import { MoverPlanner } from './mover-planner.ts';
import { MoverRunRepository } from './mover-run.repository.ts';
import { ObjectSubjects } from './object-subjects.ts';
import { asRunAnswer } from './run-answer.ts';

type PlanAnswer = AnswerOf<typeof planMoves>;

const mostMovesShown = 200;
const runsShown = 20;
/** A plan that was looked at longer ago is not what anybody still has in mind. */
const longestPlanHours = 1;

/** What people ask of the mover: to see its plan, to have it carried out, to see its runs. Worker processes move. */
@Injectable()
export class MoverRequestService {
  constructor(
    @Inject(MoverPlanner) private readonly planner: MoverPlanner,
    @Inject(MoverRunRepository) private readonly runs: MoverRunRepository,
    @Inject(ObjectSubjects) private readonly subjects: ObjectSubjects,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** What would move now, or once the window opens. Throws ACCESS_DENIED. */
  async plan({ when }: InputOf<typeof planMoves>['query']): Promise<PlanAnswer> {
    const { organisationId } = requireAccess('storage.read');
    const now = this.clock.now();
    const at = when === 'now' ? now : nextWithin(this.appliance.mover.window, now);
    const plan = await this.planner.plan(at, true);
    const own = plan.moves.filter((move) => move.organisationId === organisationId).slice(0, mostMovesShown);
    return {
      digest: plan.digest,
      when,
      plannedFor: at.toISOString(),
      totalMoves: plan.moves.length,
      totalBytes: bytesOf(plan.moves),
      groups: groupsOf(plan.moves),
      moves: await this.subjects.addTo(own.map(({ organisationId: _, generation: __, ...move }) => move)),
      skipped: plan.skipped,
      reasons: plan.reasons,
    };
  }

  /** Has a plan carried out that was looked at. Throws STORAGE_PLAN_INVALID, STORAGE_PLAN_STALE or STORAGE_PLAN_CHANGED. */
  async run(digest: string): Promise<AnswerOf<typeof runMoves>> {
    const { actor } = requireAccess('storage.update');
    const now = this.clock.now();
    const instant = instantOf(digest);
    if (!instant) throw planInvalid(digest);
    if (instant > now || hoursAfter(instant, longestPlanHours) < now) throw planStale();
    const plan = await this.planner.plan(instant, true);
    if (plan.digest !== digest) throw planChanged();
    const run = await this.runs.add(newId(), plan, 'asked', actor.label, now);
    await this.database.run((sql) =>
      this.audit.record(sql, {
        action: 'storage.run-asked',
        target: { kind: 'mover-run', id: run.id },
        detail: { digest, moves: run.plannedMoves, bytes: run.plannedBytes },
      }),
    );
    return asRunAnswer(run);
  }

  async listRuns(): Promise<AnswerOf<typeof listMoverRuns>> {
    requireAccess('storage.read');
    return { items: (await this.runs.newest(runsShown)).map(asRunAnswer) };
  }
}

function bytesOf(moves: readonly PlannedMove[]): number {
  return moves.reduce((sum, { bytes }) => sum + bytes, 0);
}

function groupsOf(moves: readonly PlannedMove[]): PlanAnswer['groups'] {
  const groups = new Map<string, PlanAnswer['groups'][number]>();
  for (const { rule, from, to, reason, bytes } of moves) {
    const key = [rule, from, to, reason].join(' ');
    const known = groups.get(key) ?? { rule, from, to, reason, moves: 0, bytes: 0 };
    groups.set(key, { ...known, moves: known.moves + 1, bytes: known.bytes + bytes });
  }
  return [...groups.values()];
}

const lookAgain = 'Look at the plan again (`./holdfast tiers plan`) and run that one.';

function planInvalid(digest: string): HoldfastError {
  return new HoldfastError('STORAGE_PLAN_INVALID', {
    kind: 'invalid',
    message: `${digest} names no plan.`,
    action: lookAgain,
    values: { digest },
  });
}

function planStale(): HoldfastError {
  return new HoldfastError('STORAGE_PLAN_STALE', {
    kind: 'conflict',
    message: 'The plan was made more than an hour ago.',
    action: lookAgain,
  });
}

function planChanged(): HoldfastError {
  return new HoldfastError('STORAGE_PLAN_CHANGED', {
    kind: 'conflict',
    message: 'The plan would be another by now: objects were stored, read, moved or pinned since.',
    action: lookAgain,
  });
}
