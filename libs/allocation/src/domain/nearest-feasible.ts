import type { Budget, WorkloadClass } from './budget.ts';
import type { PlanInput } from './core-plan.ts';

/** Who gives up threads first where not everything fits. */
const givesUpFirst: readonly WorkloadClass[] = ['reserve', 'background', 'noisy', 'throughput', 'latency', 'system'];
/** Sizes that are tried before it is said that there is none. */
const mostTries = 400;

/** Threads of each budget that would fit: a core at a time is taken from whoever is least important and has most; null where that leads nowhere. */
export function nearestFeasible(
  input: PlanInput,
  fits: (budgets: readonly Budget[]) => boolean,
): Record<string, number> | null {
  const budgets = input.budgets.map((budget) => ({ ...budget }));
  const { cores } = input.topology;
  const online = cores.reduce((sum, { cpus }) => sum + cpus.length, 0);
  const width = Math.max(1, ...cores.map(({ cpus }) => cpus.length));
  for (let tries = 0; tries < mostTries; ) {
    if (!makeOneSmaller(budgets, width)) return null;
    if (budgets.reduce((sum, { threads }) => sum + threads, 0) > online) continue;
    tries += 1;
    if (fits(budgets))
      return Object.fromEntries(budgets.map(({ id, threads }) => [id, threads] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return null;
}

/** Whole cores are given up whole; a budget that is no whole number of them first becomes one. Answers whether anybody could. */
function makeOneSmaller(budgets: Budget[], width: number): boolean {
  const step = ({ wholeCores = true, threads }: Budget) => (wholeCores ? threads % width || width : 1);
  const least = ({ minThreads, class: kind, wholeCores = true }: Budget) =>
    kind === 'reserve' ? (minThreads ?? 0) : Math.max(minThreads ?? 1, wholeCores ? width : 1);
  const able = budgets.filter((budget) => !budget.pin && budget.threads - step(budget) >= least(budget));
  const [chosen] = able.sort(
    (a, b) => givesUpFirst.indexOf(a.class) - givesUpFirst.indexOf(b.class) || b.threads - a.threads || (a.id < b.id ? -1 : 1),
  );
  if (chosen) chosen.threads -= step(chosen);
  return chosen !== undefined;
}
