import type { CanonicalBudget } from './budget.ts';
import type { InfeasibleCode } from './core-plan.ts';
import { formatCpuList } from './cpu-list.ts';
import { type Core, onlineCpus, type Topology } from './topology.ts';

/** Why budgets cannot be placed whatever the placement. */
export interface Obstacle {
  code: InfeasibleCode;
  budgetId: string | null;
  message: string;
  needed: number;
  available: number;
}

/** What is certain before anything is placed. */
export interface FixedCores {
  /** Of the system, and of each workload that is pinned. */
  fixed: Map<string, Core[]>;
  /** Cores that may be given to anybody. */
  free: Core[];
}

/** Finds the cores that are fixed, or what makes every placement impossible. Expects budgets with different ids. */
export function fixCores(topology: Topology, budgets: readonly CanonicalBudget[]): FixedCores | Obstacle {
  const isolated = new Set(topology.isolated);
  const usable = topology.cores.filter(({ cpus }) => !cpus.some((cpu) => isolated.has(cpu)));
  const pinned = fixPins(topology, budgets);
  if ('code' in pinned) return pinned;
  const system = budgets.find((budget) => budget.class === 'system');
  const boot = usable.find(({ cpus }) => cpus.includes(0)) ?? usable[0];
  const obstacle = systemObstacle(system, boot, pinned);
  if (obstacle) return obstacle;
  if (system && boot && !system.pin) pinned.set(system.id, [boot]);
  const taken = new Set([...pinned.values()].flat());
  const free = usable.filter((core) => !taken.has(core));
  return roomObstacle(budgets, free, pinned) ?? { fixed: pinned, free };
}

function fixPins(topology: Topology, budgets: readonly CanonicalBudget[]): Map<string, Core[]> | Obstacle {
  const online = new Set(onlineCpus(topology));
  const owners = new Map<Core, string>();
  const fixed = new Map<string, Core[]>();
  for (const { id, threads, pin, wholeCores } of budgets) {
    if (!pin) continue;
    const blame = { budgetId: id, needed: threads, available: pin.length };
    const away = pin.filter((cpu) => !online.has(cpu));
    if (away.length > 0)
      return { ...blame, code: 'PIN_OFFLINE', message: `${id} is pinned to CPU ${formatCpuList(away)}, which is not online.` };
    const cores = topology.cores.filter(({ cpus }) => cpus.some((cpu) => pin.includes(cpu)));
    const conflict = (message: string): Obstacle => ({ ...blame, code: 'PIN_CONFLICT', message });
    if (pin.length !== threads)
      return conflict(`${id} is pinned to ${pin.length} CPUs (${formatCpuList(pin)}) and has a budget of ${threads} threads.`);
    const torn = cores.filter(({ cpus }) => !cpus.every((cpu) => pin.includes(cpu)));
    if (torn.length > (wholeCores ? 0 : 1))
      return conflict(
        `${id} is pinned to parts of cores: CPU ${formatCpuList(torn.flatMap(({ cpus }) => cpus))} belong together.`,
      );
    for (const core of cores) {
      const owner = owners.get(core);
      if (owner) return conflict(`${owner} and ${id} are both pinned to the core of CPU ${formatCpuList(core.cpus)}.`);
      owners.set(core, id);
    }
    fixed.set(id, cores);
  }
  return fixed;
}

function systemObstacle(
  system: CanonicalBudget | undefined,
  boot: Core | undefined,
  pinned: ReadonlyMap<string, Core[]>,
): Obstacle | undefined {
  const blame = { code: 'NO_SYSTEM_CORE' as const, budgetId: system?.id ?? null, needed: system?.threads ?? 1, available: 0 };
  if (!system)
    return { ...blame, message: 'No budget has the class system: the operating system needs a whole core of its own.' };
  if (!boot) return { ...blame, message: 'No core is online and free of isolcpus: there is none for the operating system.' };
  const cpus = formatCpuList(boot.cpus);
  const owner = [...pinned].find(([, cores]) => cores.includes(boot))?.[0];
  if (owner !== undefined && owner !== system.id)
    return { ...blame, message: `${owner} is pinned to CPU ${cpus}, the core that the operating system boots on.` };
  if (system.pin && owner === undefined)
    return { ...blame, message: `${system.id} is pinned and lacks CPU ${cpus}, the core that the operating system boots on.` };
  return undefined;
}

function roomObstacle(
  budgets: readonly CanonicalBudget[],
  free: readonly Core[],
  fixed: ReadonlyMap<string, Core[]>,
): Obstacle | undefined {
  const needed = budgets.reduce((sum, { threads }) => sum + threads, 0);
  const available = [...free, ...[...fixed.values()].flat()].reduce((sum, { cpus }) => sum + cpus.length, 0);
  if (needed > available)
    return {
      code: 'OVERCOMMIT',
      budgetId: null,
      needed,
      available,
      message: `The budgets add up to ${needed} threads, reserve included; ${available} are online and free to use.`,
    };
  for (const { id, threads, wholeCores, class: kind, pin } of budgets) {
    if (!wholeCores || kind === 'reserve' || pin) continue;
    const own = fixed.get(id) ?? [];
    const rest = threads - own.reduce((sum, { cpus }) => sum + cpus.length, 0);
    if (canBeMadeOf(rest, free)) continue;
    return {
      code: 'ODD_THREADS',
      budgetId: id,
      needed: threads,
      available,
      message: `${id} has a budget of ${threads} threads, and no whole cores add up to that. Give it one more or less, or set wholeCores: false.`,
    };
  }
  return undefined;
}

/** Whether some of the cores have so many CPUs in all. */
function canBeMadeOf(threads: number, cores: readonly Core[]): boolean {
  if (threads < 0) return false;
  const widths = [...new Set(cores.map(({ cpus }) => cpus.length))];
  const reachable = widths.reduce(
    (sums, width) => {
      const count = cores.filter(({ cpus }) => cpus.length === width).length;
      const next = new Set<number>();
      for (const sum of sums)
        for (let taken = 0; taken <= count && sum + taken * width <= threads; taken += 1) next.add(sum + taken * width);
      return next;
    },
    new Set([0]),
  );
  return reachable.has(threads);
}
