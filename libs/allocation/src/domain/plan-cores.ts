import { type Board, type Demand, makeBoard, threadsOf } from './board.ts';
import { type CanonicalBudget, canonicalBudgets } from './budget.ts';
import { fixCores, type Obstacle } from './check-budgets.ts';
import type { Assignments, CorePlan, Infeasible, PlanInput } from './core-plan.ts';
import { handOutCores } from './hand-out-cores.ts';
import { nearestFeasible } from './nearest-feasible.ts';
import { planIdOf } from './plan-id.ts';
import { reasonsOf } from './plan-reasons.ts';
import { asScore } from './score.ts';
import { searchPlacement } from './search-placement.ts';
import { type Core, onlineCpus, topologyHash } from './topology.ts';

/**
 * Plans which workload runs on which CPUs, exactly: whole cores, no core shared, each workload in one L3 domain where that is possible, noisy ones apart
 * from latency-sensitive ones, and as few changes as that allows. Pure: the same input gives the same bytes, in whatever order the budgets stand.
 */
export function planCores(input: PlanInput): CorePlan | Infeasible {
  const found = place(input);
  return 'code' in found
    ? {
        feasible: false,
        ...found,
        nearestFeasible: nearestFeasible(input, (budgets) => !('code' in place({ ...input, budgets }))),
      }
    : found;
}

function place({ topology, budgets: given, previous }: PlanInput): CorePlan | Obstacle {
  const budgets = canonicalBudgets(given);
  const cores = fixCores(topology, budgets);
  if ('code' in cores) return cores;
  const workloads = budgets.filter(({ class: kind }) => kind !== 'reserve');
  const board = makeBoard(topology.domains, cores.free, [...cores.fixed.values()].flat());
  const demands = workloads
    .map((budget) => demandOf(board, budget, cores.fixed.get(budget.id) ?? [], previous))
    .sort(fixedThenLargest);
  const unfit = tooLargeForOne(board, demands);
  if (unfit) return unfit;
  const found = searchPlacement(board, demands, previous !== undefined);
  if (!found) return noPlace(demands, board);
  const assigned = handOutCores(board, demands, found.takes, previous ?? {});
  const assignments = withReserve(topology, budgets, assigned);
  const score = asScore(found.score);
  const plan = { assignments, score, optimal: found.optimal, topologyHash: topologyHash(topology) };
  return {
    feasible: true,
    planId: planIdOf({ topology, budgets: given }, assignments),
    ...plan,
    reasons: reasonsOf({ topology, budgets, board, demands, takes: found.takes, assignments, previous }),
    changes: changesOf(assignments, previous ?? {}, workloads),
  };
}

function demandOf(board: Board, budget: CanonicalBudget, fixed: Core[], previous: Assignments | undefined): Demand {
  const had = new Set(previous?.[budget.id] ?? []);
  const onFixed = fixed.reduce((sum, { cpus }) => sum + cpus.length, 0);
  return {
    budget,
    threads: budget.pin ? 0 : Math.max(0, budget.threads - onFixed),
    fixed,
    fixedDomains: [...new Set(fixed.map(({ domain }) => board.domains.findIndex(({ cache }) => cache.id === domain)))],
    kept: board.cells.map(({ cores }) =>
      cores.filter(({ cpus }) => cpus.some((cpu) => had.has(cpu))).reduce((sum, { cpus }) => sum + cpus.length, 0),
    ),
  };
}

function fixedThenLargest(one: Demand, other: Demand): number {
  const isFixed = ({ fixed }: Demand) => (fixed.length > 0 ? 0 : 1);
  return (
    isFixed(one) - isFixed(other) || other.budget.threads - one.budget.threads || (one.budget.id < other.budget.id ? -1 : 1)
  );
}

function tooLargeForOne(board: Board, demands: readonly Demand[]): Obstacle | undefined {
  const rooms = board.domains.map(({ cells }) =>
    threadsOf(
      board,
      cells,
      board.cells.map(({ cores }) => cores.length),
    ),
  );
  const largest = Math.max(...rooms);
  const unfit = demands.find(({ budget, threads }) => budget.mayCrossL3 === 'never' && threads > largest);
  return unfit && neverFits(unfit, largest);
}

function neverFits({ budget }: Demand, available: number): Obstacle {
  return {
    code: 'NO_DOMAIN_FITS',
    budgetId: budget.id,
    needed: budget.threads,
    available,
    message: `${budget.id} must never cross L3 domains, and beside the others no domain has ${budget.threads} threads in whole cores for it.`,
  };
}

function noPlace(demands: readonly Demand[], board: Board): Obstacle {
  const strict = demands.find(({ budget }) => budget.mayCrossL3 === 'never');
  const available = board.cells.reduce((sum, { cores, width }) => sum + cores.length * width, 0);
  if (strict) return neverFits(strict, available);
  const [largest] = demands.filter(({ threads }) => threads > 0) as [Demand];
  return {
    code: 'ODD_THREADS',
    budgetId: largest.budget.id,
    needed: largest.budget.threads,
    available,
    message: `Cores here have different numbers of threads, and no choice of whole cores gives each budget exactly its own. Change one by a thread, or set wholeCores: false.`,
  };
}

/** All CPUs that nobody has are the reserve, also those beside an odd workload; what was isolated at boot is nobody's. */
function withReserve(topology: PlanInput['topology'], budgets: readonly CanonicalBudget[], assigned: Assignments): Assignments {
  const taken = new Set([...Object.values(assigned).flat(), ...topology.isolated]);
  const reserve = budgets.find(({ class: kind }) => kind === 'reserve')?.id ?? 'reserve';
  const left = onlineCpus(topology).filter((cpu) => !taken.has(cpu));
  return Object.fromEntries(Object.entries({ ...assigned, [reserve]: left }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function changesOf(
  assignments: Assignments,
  previous: Assignments,
  workloads: readonly CanonicalBudget[],
): CorePlan['changes'] {
  return workloads.flatMap(({ id }) => {
    const [now, before] = [assignments[id] ?? [], previous[id] ?? []];
    const gained = now.filter((cpu) => !before.includes(cpu));
    const lost = before.filter((cpu) => !now.includes(cpu));
    return gained.length + lost.length > 0 ? [{ id, gained, lost }] : [];
  });
}
