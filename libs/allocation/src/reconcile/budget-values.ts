import type { WorkloadSettings } from '#manifest';
import { reconcileError, type Values } from '#reconcile';
import { noLimits } from '../render/group-limits.ts';

/** Numbers of a workload that can be declared, by the names that they have in addresses and on the command line. */
export const budgetNames = ['threads', 'memoryMinMb', 'memoryHighMb', 'memoryMaxMb', 'cpuWeight', 'ioWeight'] as const;
export type BudgetName = (typeof budgetNames)[number];
type MemoryName = Extract<BudgetName, `memory${string}`>;

const memoryKeys = { memoryMinMb: 'minMb', memoryHighMb: 'highMb', memoryMaxMb: 'maxMb' } as const satisfies Record<
  MemoryName,
  string
>;
const bounds: Record<BudgetName, readonly [number, number]> = {
  threads: [0, 4096],
  memoryMinMb: [0, 16_777_216],
  memoryHighMb: [1, 16_777_216],
  // 0: no limits of memory at all.
  memoryMaxMb: [0, 16_777_216],
  cpuWeight: [1, 10_000],
  ioWeight: [1, 10_000],
};

/** What a workload has, as numbers; undefined where it is not limited. */
export type WorkloadBudget = Pick<WorkloadSettings, 'threads' | 'cpuWeight' | 'ioWeight'> & {
  memory?: WorkloadSettings['memory'] | null;
};

/** One number of a budget; undefined: as much as there is. */
export function numberOf(budget: WorkloadBudget, name: BudgetName): number | undefined {
  if (name === 'threads') return budget.threads;
  if (name === 'cpuWeight' || name === 'ioWeight') return budget[name] ?? noLimits[name];
  return budget.memory?.[memoryKeys[name]];
}

/** Every number that is declared, by its whole name; for workloads without limits of memory, that the highest is 0. */
export function valuesOf(workloads: readonly WorkloadSettings[]): Record<string, number> {
  return Object.fromEntries(
    workloads.flatMap((workload) =>
      budgetNames.flatMap((name) => {
        const value = numberOf(workload, name);
        if (value === undefined) return name === 'memoryMaxMb' ? [[`${workload.id}.${name}`, 0]] : [];
        return [[`${workload.id}.${name}`, value]];
      }),
    ),
  );
}

/**
 * The workloads with other numbers. `memoryMaxMb` 0 takes all limits of memory away. Threads that are added come out of the reserve, and those that are given up go there, unless its own are among the
 * values. Throws RECONCILE_VALUE_UNKNOWN for a name, a workload or a number that there cannot be.
 */
export function withValues(workloads: readonly WorkloadSettings[], values: Values): WorkloadSettings[] {
  const wished = Object.entries(values).map(([name, value]) => ({ ...readName(workloads, name), value }));
  for (const { id, name, value } of wished) {
    const [least, most] = bounds[name];
    if (!Number.isInteger(value) || value < least || value > most)
      throw reconcileError('RECONCILE_VALUE_UNKNOWN', `${id}.${name} is ${value}; it may be ${least} to ${most}.`);
  }
  requireOneOf(wished);
  const changed = workloads.map((workload) =>
    wished.filter(({ id }) => id === workload.id).reduce((one, { name, value }) => withNumber(one, name, value), workload),
  );
  const reserve = workloads.find((workload) => workload.class === 'reserve');
  if (!reserve || values[`${reserve.id}.threads`] !== undefined) return changed;
  const sum = (all: readonly WorkloadSettings[]) => all.reduce((total, { threads }) => total + threads, 0);
  const added = sum(changed) - sum(workloads);
  return changed.map((one) => (one.id === reserve.id ? { ...one, threads: Math.max(0, one.threads - added) } : one));
}

/**
 * Words that change numbers in the manifest, as `config set` and `config unset` take them. A workload without memory gets all three limits at once, and loses
 * them at once.
 */
export function assignmentsOf(
  declared: readonly WorkloadSettings[],
  values: Values,
): { set: { path: string[]; value: unknown }[]; unset: string[] } {
  const after = withValues(declared, values);
  const gone = declared.filter(({ id, memory }) => memory && !find(after, id).memory).map(({ id }) => id);
  const names = Object.keys(values)
    .map((name) => readName(declared, name))
    .filter(({ id, name }) => !isMemory(name) || find(after, id).memory);
  const whole = new Set(names.filter(({ id, name }) => isMemory(name) && !find(declared, id).memory).map(({ id }) => id));
  const set = [
    ...names
      .filter(({ id, name }) => !(isMemory(name) && whole.has(id)))
      .map(({ id, name }) => ({
        path: ['workloads', id, ...(isMemory(name) ? ['memory', memoryKeys[name]] : [name])],
        value: numberOf(find(after, id), name),
      })),
    ...[...whole].map((id) => ({ path: ['workloads', id, 'memory'], value: find(after, id).memory })),
  ];
  return { set, unset: gone.map((id) => `workloads.${id}.memory`) };
}

/** Who is to have no limits cannot have others at the same time. Throws RECONCILE_VALUE_UNKNOWN. */
function requireOneOf(wished: readonly { id: string; name: BudgetName; value: number }[]): void {
  for (const { id } of wished.filter(({ name, value }) => name === 'memoryMaxMb' && value === 0)) {
    const other = wished.find((one) => one.id === id && isMemory(one.name) && one.name !== 'memoryMaxMb');
    if (!other) continue;
    const why = `${id}.memoryMaxMb is 0, which takes all limits of its memory away, and ${id}.${other.name} is ${other.value}.`;
    throw reconcileError('RECONCILE_VALUE_UNKNOWN', why);
  }
}

function isMemory(name: BudgetName): name is MemoryName {
  return Object.hasOwn(memoryKeys, name);
}

function find(workloads: readonly WorkloadSettings[], id: string): WorkloadSettings {
  const found = workloads.find((workload) => workload.id === id);
  if (found) return found;
  const ids = workloads.map((workload) => workload.id).join(', ') || 'none';
  throw reconcileError('RECONCILE_VALUE_UNKNOWN', `There is no workload ${id}; there are: ${ids}.`);
}

function readName(workloads: readonly WorkloadSettings[], whole: string): { id: string; name: BudgetName } {
  const [id = '', word] = whole.split('.', 2);
  const name = budgetNames.find((known) => known === word);
  if (!name) throw reconcileError('RECONCILE_VALUE_UNKNOWN', `${whole} is no value; a workload has ${budgetNames.join(', ')}.`);
  return { id: find(workloads, id).id, name };
}

/** Limits that were not declared follow those that are: a machine that has a highest needs the others, too. */
function withNumber(workload: WorkloadSettings, name: BudgetName, value: number): WorkloadSettings {
  if (!isMemory(name)) return { ...workload, [name]: value };
  if (name === 'memoryMaxMb' && value === 0) {
    const { memory: _gone, ...rest } = workload;
    return rest;
  }
  const { minMb, highMb, maxMb } = workload.memory ?? { minMb: 0, highMb: value || 1, maxMb: value || 1 };
  return { ...workload, memory: { ...{ minMb, highMb, maxMb }, [memoryKeys[name]]: value } };
}
