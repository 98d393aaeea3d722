import type { AnswerOf } from '#kernel';
import type { WorkloadSettings } from '#manifest';
import type { CorePlan, Infeasible } from './domain/core-plan.ts';
import type { getCores } from './http/cores.contract.ts';

type CoresAnswer = AnswerOf<typeof getCores>;

/** A plan as it is told over HTTP. */
export function planAnswer({
  planId,
  assignments,
  score,
  optimal,
  reasons,
  changes,
}: CorePlan): NonNullable<CoresAnswer['plan']> {
  return { planId, assignments, score, optimal, reasons, changes };
}

/** Why there is none. */
export function obstacleAnswer({
  code,
  budgetId,
  message,
  needed,
  available,
  nearestFeasible,
}: Infeasible): NonNullable<CoresAnswer['obstacle']> {
  return { code, budgetId, message, needed, available, nearestFeasible };
}

const crossing = { true: 'yes', false: 'rather not', never: 'never' } as const;

/** A declared workload with every default said. */
export function workloadAnswer(workload: WorkloadSettings): CoresAnswer['workloads'][number] {
  const { id, class: kind, threads, minThreads, wholeCores = true, mayCrossL3 = false, pin, apartFrom = [] } = workload;
  return {
    ...{ id, class: kind, threads, wholeCores, apartFrom },
    minThreads: minThreads ?? null,
    mayCrossL3: crossing[`${mayCrossL3}`],
    pin: pin ?? null,
  };
}
