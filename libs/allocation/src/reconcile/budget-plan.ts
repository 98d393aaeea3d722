import { createHash } from 'node:crypto';
import type { AskedBudgets, AskedShares, HeldBudgets, HeldShares } from '#agent-protocol';
import type { Setting, WorkloadSettings } from '#manifest';
import type { Obstacle, Plan, PlannedChange, Values } from '#reconcile';
import type { Assignments, CorePlan, Infeasible } from '../domain/core-plan.ts';
import { formatCpuList } from '../domain/cpu-list.ts';
import { memoryObstacle } from '../domain/memory-plan.ts';
import type { Topology } from '../domain/topology.ts';
import { renderPlan } from '../render/render-plan.ts';
import { slicesOfServices, type UnitFile } from '../render/unit-files.ts';
import { budgetNames, numberOf, valuesOf, type WorkloadBudget } from './budget-values.ts';
import type { DesiredShares, SharePart } from './share-plan.ts';

/** What the agent is asked, but for the key and the time. */
export interface BudgetOrder {
  planId: string;
  topologyHash: string;
  baseGeneration: number;
  assignments: Assignments;
  budgets: AskedBudgets;
  /** Left out, shares of cards that are in force stay. */
  gpu?: AskedShares;
}

/** What is declared, and what it would be with the wished values. */
export interface DesiredBudgets {
  declared: WorkloadSettings[];
  wished: WorkloadSettings[];
  shares: DesiredShares;
}

/** The machine and what is in force on it. */
export interface SeenBudgets {
  topology: Topology;
  machineMb: number;
  baseGeneration: number;
  /** null where nothing was ever put in force. Where the agent does not answer: what is declared. */
  inForce: { budgets: HeldBudgets; assignments: Assignments; gpu: HeldShares | null } | null;
}

/** Why budgets of memory cannot be had, whatever the cores; undefined where they can. */
export function memoryObstacleOf({ wished }: Pick<DesiredBudgets, 'wished'>, machineMb: number): Obstacle | undefined {
  const memories = wished.flatMap(({ id, memory }) => (memory ? [{ id, ...memory }] : []));
  const torn = memories.find(({ minMb, highMb, maxMb }) => minMb > highMb || highMb > maxMb);
  if (torn) {
    const { id, minMb, highMb, maxMb } = torn;
    const message = `${id}: memoryMinMb ${minMb} ≤ memoryHighMb ${highMb} ≤ memoryMaxMb ${maxMb} must hold.`;
    return { feasible: false, code: 'MEMORY_ORDER', message, needed: null, available: null, nearestFeasible: null };
  }
  // Where nobody is guaranteed anything a small machine needs no rest.
  const guaranteed = memories.filter(({ minMb }) => minMb > 0);
  const short = guaranteed.length > 0 ? memoryObstacle(guaranteed, machineMb) : undefined;
  if (!short) return undefined;
  const message = `${short.needed} MB are guaranteed in all, and ${short.available} MB of the machine's can be.`;
  return { feasible: false, code: 'MEMORY_OVERCOMMIT', message, ...short, nearestFeasible: null };
}

/** Why a workload cannot go without limits of memory: a figure that the manifest leaves to them would follow from nothing. */
export function unfoundedObstacle(
  settings: readonly Setting[],
  { declared, wished }: Pick<DesiredBudgets, 'declared' | 'wished'>,
): Obstacle | undefined {
  const lost = wished.filter(({ id, memory }) => !memory && declared.some((one) => one.id === id && one.memory));
  const left = settings.find(
    ({ key, source, unit, workload }) =>
      key !== null && source === 'derived' && unit === 'MB' && lost.some(({ id }) => id === workload),
  );
  if (!left) return undefined;
  const message = `${left.key} follows from the memory of ${left.workload}: say it in the manifest before its limits go.`;
  return { feasible: false, code: 'MEMORY_FIGURE_UNFOUNDED', message, needed: null, available: null, nearestFeasible: null };
}

/** Why there is no plan of the cores, with what would fit by the names of values. */
export function obstacleOf({ code, message, needed, available, nearestFeasible }: Infeasible): Obstacle {
  const fitting =
    nearestFeasible && Object.fromEntries(Object.entries(nearestFeasible).map(([id, threads]) => [`${id}.threads`, threads]));
  return { feasible: false, code, message, needed, available, nearestFeasible: fitting };
}

/** Everything about a plan of cores, memory and graphics cards that people and the agent are told. Pure. */
export function budgetPlan(
  desired: Omit<DesiredBudgets, 'shares'>,
  seen: SeenBudgets,
  cores: CorePlan,
  shares: SharePart,
): Plan<BudgetOrder> {
  const { declared, wished } = desired;
  const { baseGeneration, topology, inForce } = seen;
  const slices = renderPlan(topology, cores, wished);
  const files = [...slices, ...shares.files];
  const restarts = movedServices(slices, inForce);
  const { planId, topologyHash, assignments, reasons } = cores;
  const budgets = Object.fromEntries(wished.map((workload) => [workload.id, askedOf(workload)]));
  const gpu = shares.asked ? { gpu: shares.asked } : {};
  const order: BudgetOrder = { planId, topologyHash, baseGeneration, assignments, budgets, ...gpu };
  const before: Values = { ...valuesOf(declared), ...shares.before };
  const after = { ...valuesOf(wished), ...shares.after };
  return {
    ...{
      feasible: true,
      planId: hashOf(order),
      baseGeneration,
      restarts: [...restarts.map(({ service }) => service), ...shares.restarts],
    },
    changes: [...changesOf(wished, assignments, inForce, new Set(restarts.map(({ id }) => id))), ...shares.changes],
    ...{ reasons: joinReasons(reasons, shares.reasons), after, files, order },
    declares: Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value)),
  };
}

function joinReasons(
  one: Readonly<Record<string, string[]>>,
  other: Readonly<Record<string, string[]>>,
): Record<string, string[]> {
  const subjects = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(subjects.map((subject) => [subject, [...(one[subject] ?? []), ...(other[subject] ?? [])]]));
}

function askedOf({ threads, memory, cpuWeight, ioWeight }: WorkloadSettings): AskedBudgets[string] {
  return { threads, memory: memory ?? null, ...(cpuWeight ? { cpuWeight } : {}), ...(ioWeight ? { ioWeight } : {}) };
}

function changesOf(
  wished: readonly WorkloadSettings[],
  assignments: Assignments,
  inForce: SeenBudgets['inForce'],
  moved: ReadonlySet<string>,
): PlannedChange[] {
  const gone = Object.keys(inForce?.budgets ?? {}).filter((id) => !wished.some((workload) => workload.id === id));
  const subjects = [...wished.map(({ id }) => id), ...gone];
  return subjects.flatMap((subject) => {
    const was = inForce?.budgets[subject];
    const is = wished.find(({ id }) => id === subject);
    const cpus = { from: cpusOf(inForce?.assignments[subject]), to: is ? cpusOf(assignments[subject]) : null };
    const numbers = budgetNames.map((name) => ({ what: name as string, from: textOf(was, name), to: textOf(is, name) }));
    const [threads, ...others] = numbers;
    return [...(threads ? [threads] : []), { what: 'cpus', ...cpus }, ...others]
      .filter(({ from, to }) => from !== to)
      .map((change) => ({ subject, ...change, restartNeeded: moved.has(subject) }));
  });
}

function textOf(budget: WorkloadBudget | undefined, name: (typeof budgetNames)[number]): string | null {
  const value = budget && numberOf(budget, name);
  return value === undefined ? null : `${value}`;
}

function cpusOf(cpus: readonly number[] | undefined): string | null {
  return cpus === undefined ? null : formatCpuList(cpus) || 'none';
}

/** Debian's services that come into their slices only once they start anew. */
function movedServices(files: readonly UnitFile[], inForce: SeenBudgets['inForce']): { service: string; id: string }[] {
  return Object.entries(slicesOfServices(files))
    .map(([service, slice]) => ({ service, id: /^holdfast-(.+)\.slice$/.exec(slice)?.[1]?.replaceAll('\\x2d', '-') ?? slice }))
    .filter(({ id }) => !inForce?.budgets[id]);
}

function hashOf({ budgets, assignments, ...order }: BudgetOrder): string {
  const sorted = (of: object) => Object.entries(of).sort(([one], [other]) => (one < other ? -1 : 1));
  const gpu = order.gpu ? [order.gpu.planId] : [];
  const cores = [order.baseGeneration, order.planId, order.topologyHash, sorted(budgets), sorted(assignments)];
  const text = JSON.stringify([...cores, ...gpu]);
  return createHash('sha256').update(text).digest('hex');
}
