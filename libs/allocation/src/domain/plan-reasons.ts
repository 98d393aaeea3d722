import type { Board, BoardDomain, Demand } from './board.ts';
import type { CanonicalBudget } from './budget.ts';
import type { Assignments } from './core-plan.ts';
import { formatCpuList } from './cpu-list.ts';
import type { Takes } from './placement.ts';
import { domainsOf } from './placement-score.ts';
import type { Topology } from './topology.ts';

/** What the planner knows once everything has its place. */
export interface Placed {
  topology: Topology;
  budgets: readonly CanonicalBudget[];
  board: Board;
  demands: readonly Demand[];
  takes: readonly Takes[];
  assignments: Assignments;
  previous: Assignments | undefined;
}

/** Says of each workload in words why it got its CPUs. */
export function reasonsOf(placed: Placed): Record<string, string[]> {
  const homes = placed.demands.map((demand, index) => ({
    budget: demand.budget,
    domains: domainsOf(placed.board, demand, placed.takes[index] ?? []),
  }));
  const reasons = homes.map(({ budget, domains }) => [
    budget.id,
    [...placeReasons(placed, budget, domains), ...neighbourReasons(budget, domains, homes), ...changeReasons(placed, budget)],
  ]);
  const reserve = placed.budgets.find(({ class: kind }) => kind === 'reserve');
  return { ...Object.fromEntries(reasons), [reserve?.id ?? 'reserve']: reserveReasons(placed, reserve) };
}

function placeReasons({ board, assignments, topology }: Placed, budget: CanonicalBudget, domains: number[]): string[] {
  const reasons: string[] = [];
  const own = assignments[budget.id] ?? [];
  const names = domains.map((domain) => domainName(board.domains[domain] as BoardDomain));
  if (budget.pin) reasons.push(`Pinned to exactly these CPUs.`);
  if (budget.class === 'system')
    reasons.push(
      own.includes(0)
        ? 'Has the core of CPU 0: interrupts come there unless they are sent elsewhere, and it cannot be taken offline.'
        : 'Has the lowest core that is online: CPU 0 is not.',
    );
  if (domains.length === 1) reasons.push(`All of it lies in ${names[0]}.`);
  else {
    const largest = Math.max(...board.domains.map(({ coreCount }) => coreCount));
    reasons.push(
      `Crosses ${domains.length} L3 domains (${names.join(', ')}), the fewest that hold it; the largest has ${largest} cores.`,
    );
  }
  const idle = topology.cores
    .filter(({ cpus }) => cpus.some((cpu) => own.includes(cpu)))
    .flatMap(({ cpus }) => cpus.filter((cpu) => !own.includes(cpu)));
  if (idle.length > 0)
    reasons.push(
      `CPU ${formatCpuList(idle)} beside it stays idle, in the reserve: no core is shared, and its budget is no whole number of cores.`,
    );
  return reasons;
}

function neighbourReasons(
  budget: CanonicalBudget,
  domains: number[],
  homes: { budget: CanonicalBudget; domains: number[] }[],
): string[] {
  const disturbing = budget.class === 'latency' ? 'noisy' : budget.class === 'noisy' ? 'latency' : undefined;
  const others = homes.filter((home) => disturbing !== undefined && home.budget.class === disturbing);
  const isNear = (home: { domains: number[] }) => home.domains.some((domain) => domains.includes(domain));
  const near = others.filter(isNear).map((home) => home.budget.id);
  const far = others.filter((home) => !isNear(home)).map((home) => home.budget.id);
  const what = disturbing === 'noisy' ? 'noisy' : 'sensitive to latency';
  const declared = homes
    .filter((home) => budget.apartFrom.includes(home.budget.id) && isNear(home))
    .map((home) => home.budget.id);
  return [
    ...(far.length > 0 ? [`Shares no L3 domain with ${far.join(', ')}, ${what}.`] : []),
    ...(near.length > 0
      ? [`Shares an L3 domain with ${near.join(', ')}, ${what}: there is no way to keep all of them apart.`]
      : []),
    ...(declared.length > 0 ? [`Was to be apart from ${declared.join(', ')}; there is no way to do that, too.`] : []),
  ];
}

function changeReasons({ assignments, previous }: Placed, { id }: CanonicalBudget): string[] {
  const [now, before] = [assignments[id] ?? [], previous?.[id]];
  if (!before) return [];
  const lost = before.filter((cpu) => !now.includes(cpu));
  const gained = now.filter((cpu) => !before.includes(cpu));
  if (lost.length + gained.length === 0) return ['Keeps the CPUs that it has.'];
  return [
    [
      gained.length > 0 ? `Gets CPU ${formatCpuList(gained)}` : 'Gets none',
      lost.length > 0 ? `gives CPU ${formatCpuList(lost)} back.` : 'keeps what it has.',
    ].join(' and '),
  ];
}

function reserveReasons({ assignments, board, topology }: Placed, reserve: CanonicalBudget | undefined): string[] {
  const own = new Set(assignments[reserve?.id ?? 'reserve'] ?? []);
  const whole = topology.cores.filter(({ cpus }) => cpus.every((cpu) => own.has(cpu)));
  const blocks = board.domains.map((domain) => ({
    name: domainName(domain),
    cores: whole.filter((core) => core.domain === domain.cache.id).length,
  }));
  const largest = blocks.sort((a, b) => b.cores - a.cores)[0];
  return [
    `All that is left: ${own.size} threads, ${reserve?.threads ?? 0} were asked for.`,
    ...(largest && largest.cores > 0 ? [`The largest block of whole cores is ${largest.cores}, in ${largest.name}.`] : []),
  ];
}

function domainName({ cache: { id, bytes } }: BoardDomain): string {
  return bytes > 0 ? `the L3 domain of CPU ${id} (${Math.round(bytes / 1_048_576)} MiB)` : `the L3 domain of CPU ${id}`;
}
