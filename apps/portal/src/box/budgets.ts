import type { PendingChange } from '../api/reconcile-types.ts';
import type { MachineCore, PlanObstacle, Workload } from '../api/types.ts';

/** A workload with the threads that are tried for it. */
export interface Budget {
  workload: Workload;
  threads: number;
  declared: number;
  /** By how much − and + change it: a core, or a thread where half a core will do. */
  step: number;
  least: number;
}

/** Budgets as they are tried, without the reserve, which is what is left. */
export function budgetsOf(
  workloads: readonly Workload[],
  tried: Readonly<Record<string, number>>,
  cores: readonly Pick<MachineCore, 'cpus'>[],
): Budget[] {
  const width = Math.max(1, ...cores.map(({ cpus }) => cpus.length));
  return workloads
    .filter((workload) => workload.class !== 'reserve')
    .map((workload) => {
      const step = workload.wholeCores ? width : 1;
      return { workload, threads: tried[workload.id] ?? workload.threads, declared: workload.threads, step, least: step };
    });
}

/** One step more or less, on whole steps, within what the machine has. */
export function stepped({ threads, step, least }: Budget, direction: 1 | -1, most: number): number {
  const whole = direction > 0 ? Math.floor(threads / step) * step : Math.ceil(threads / step) * step;
  return Math.min(Math.max(most, threads), Math.max(least, whole + direction * step));
}

/** How far along its slider a budget is, 0..1. */
export function shareOf({ threads, least }: Budget, most: number): number {
  const span = Math.max(most, threads) - least;
  return span > 0 ? Math.max(0, threads - least) / span : 1;
}

/** What is tried once a budget is another: only what differs from what is declared. */
export function withBudget(
  workloads: readonly Pick<Workload, 'id' | 'threads'>[],
  tried: Readonly<Record<string, number>>,
  id: string,
  threads: number,
): Record<string, number> {
  return onlyChanged(workloads, { ...tried, [id]: threads });
}

/** What would fit, as something to try; the reserve is what is left. */
export function whatFits(
  workloads: readonly Pick<Workload, 'id' | 'threads' | 'class'>[],
  nearest: NonNullable<PlanObstacle['nearestFeasible']>,
): Record<string, number> {
  return onlyChanged(
    workloads.filter((workload) => workload.class !== 'reserve'),
    nearest,
  );
}

/** Of some budgets those that differ from what is declared. */
export function onlyChanged(
  workloads: readonly Pick<Workload, 'id' | 'threads'>[],
  threads: Readonly<Record<string, number>>,
): Record<string, number> {
  const changed = workloads.filter((workload) => (threads[workload.id] ?? workload.threads) !== workload.threads);
  return Object.fromEntries(changed.map(({ id }) => [id, threads[id] as number]));
}

/** Budgets as the values of a change: `video.threads`. */
export function threadValues(threads: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(threads).map(([id, count]) => [`${id}.threads`, count]));
}

/** The budgets of a change that waits to be kept: what the machine does now. */
export function pendingThreads(
  pending: Pick<PendingChange, 'changes'> | null,
  workloads: readonly Pick<Workload, 'id'>[],
): Record<string, number> {
  const changes = (pending?.changes ?? []).filter(({ what, to }) => what === 'threads' && /^\d{1,4}$/.test(to ?? ''));
  const known = changes.filter(({ subject }) => workloads.some(({ id }) => id === subject));
  return Object.fromEntries(known.map(({ subject, to }) => [subject, Number(to)]));
}
