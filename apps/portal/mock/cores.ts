import type { CorePlan, Cores, MachineCore, PlanObstacle, Trial, Workload } from '../src/api/types.ts';

/** How the made-up machine is; `mock-cores` says. */
export type CoresMood = 'well' | 'none' | 'small' | 'two-socket' | 'short' | 'still';

const workload = (id: string, kind: Workload['class'], threads: number, minThreads: number | null = null): Workload => ({
  ...{ id, class: kind, threads, minThreads, wholeCores: true, mayCrossL3: 'rather not', pin: null },
  apartFrom: [],
});

/** The budgets of the reference box. */
export const referenceWorkloads = [
  workload('os', 'system', 2),
  workload('postgresql', 'latency', 4),
  workload('redis', 'latency', 2),
  workload('api', 'latency', 4),
  workload('ml', 'throughput', 4, 2),
  workload('video', 'noisy', 6, 2),
  workload('monitoring', 'background', 2),
  workload('reserve', 'reserve', 8),
];

/** In which L3 domain the reference plan has whom, in the order of their cores. */
const homes: string[][] = [
  ['os', 'api', 'postgresql', 'redis'],
  ['video', 'ml', 'monitoring'],
];

/** The machine of a mood: the 7950X, two sockets of 64 cores, or a virtual machine of two CPUs. */
export function machineOf(mood: CoresMood): Cores['topology'] {
  if (mood === 'small') return machine(2, 1, 2, 0);
  return mood === 'two-socket' ? machine(128, 2, 8, 32) : machine(16, 2, 8, 32);
}

function machine(count: number, width: number, perDomain: number, mib: number): Cores['topology'] {
  const nodeOf = (core: number) => (core < 64 ? 0 : 1);
  const cores = Array.from(
    { length: count },
    (_, id): MachineCore => ({
      id,
      cpus: Array.from({ length: width }, (__, thread) => id + thread * count),
      domain: id - (id % perDomain),
      node: nodeOf(id),
      kind: 'performance',
    }),
  );
  const heads = cores.filter(({ id, domain }) => id === domain);
  const domains = heads.map(({ id, node }) => ({ id, bytes: mib * 1_048_576, node }));
  return { cores, domains, isolated: [], offline: [] };
}

/**
 * A plan good enough to look at: everybody keeps what it has, takes more from its own L3 domain and then from the next. The planner itself is
 * no part of the portal.
 */
export function planOf(
  { cores, domains }: Cores['topology'],
  threads: Readonly<Record<string, number>>,
  previous?: CorePlan['assignments'],
): CorePlan | PlanObstacle {
  const width = cores[0]?.cpus.length ?? 1;
  const online = cores.length * width;
  const ids = referenceWorkloads.filter((one) => one.class !== 'reserve').map(({ id }) => id);
  const obstacle = obstacleOf(ids, threads, online, width);
  if (obstacle) return obstacle;
  const free = new Set(cores);
  const taken = new Map<string, MachineCore[]>();
  const take = (id: string, from: (core: MachineCore) => boolean) => {
    const own = taken.get(id) ?? [];
    for (const core of cores)
      if (own.length * width < (threads[id] ?? 0) && free.has(core) && from(core)) {
        own.push(core);
        free.delete(core);
      }
    taken.set(id, own);
  };
  for (const id of ids) take(id, ({ cpus }) => previous?.[id]?.includes(cpus[0] ?? -1) ?? false);
  for (const [place, names] of homes.entries()) for (const id of names) take(id, ({ domain }) => domain === domains[place]?.id);
  for (const id of ids) take(id, () => true);
  const cpusOf = (own: Iterable<MachineCore>) => [...own].flatMap(({ cpus }) => cpus).sort((a, b) => a - b);
  const assignments = Object.fromEntries([...ids.map((id) => [id, cpusOf(taken.get(id) ?? [])]), ['reserve', cpusOf(free)]]);
  const domainsOf = (id: string) => new Set((taken.get(id) ?? []).map(({ domain }) => domain));
  return describe(assignments, ids, domainsOf, previous);
}

function obstacleOf(
  ids: readonly string[],
  threads: Readonly<Record<string, number>>,
  online: number,
  width: number,
): PlanObstacle | undefined {
  const sum = ids.reduce((total, id) => total + (threads[id] ?? 0), 0);
  const odd = ids.find((id) => (threads[id] ?? 0) % width !== 0);
  const fits = Object.fromEntries(ids.map((id) => [id, Math.max(width, (threads[id] ?? 0) - ((threads[id] ?? 0) % width))]));
  if (sum > online) {
    while (Object.values(fits).reduce((a, b) => a + b, 0) > online && (fits.video ?? 0) + (fits.ml ?? 0) > 2 * width)
      fits[(fits.video ?? 0) > width ? 'video' : 'ml'] = Math.max(
        width,
        (fits[(fits.video ?? 0) > width ? 'video' : 'ml'] ?? 0) - width,
      );
    const isEnough = Object.values(fits).reduce((a, b) => a + b, 0) <= online;
    return {
      ...{ code: 'OVERCOMMIT', budgetId: null, needed: sum, available: online },
      message: `The budgets add up to ${sum} threads; ${online} are online.`,
      nearestFeasible: isEnough ? { ...fits, reserve: 0 } : null,
    };
  }
  if (odd === undefined) return undefined;
  return {
    ...{ code: 'ODD_THREADS', budgetId: odd, needed: threads[odd] ?? 0, available: online },
    message: `${odd} has ${threads[odd]} threads, and cores here have ${width}: that is no whole number of cores.`,
    nearestFeasible: { ...fits, reserve: online - Object.values(fits).reduce((a, b) => a + b, 0) },
  };
}

function describe(
  assignments: CorePlan['assignments'],
  ids: readonly string[],
  domainsOf: (id: string) => Set<number>,
  previous: CorePlan['assignments'] | undefined,
): CorePlan {
  const crossings = ids.reduce((sum, id) => sum + Math.max(0, domainsOf(id).size - 1), 0);
  const video = domainsOf('video');
  const near = ['api', 'postgresql', 'redis'].filter((id) => [...domainsOf(id)].some((domain) => video.has(domain)));
  const changes = ids.flatMap((id) => {
    const [now, before] = [assignments[id] ?? [], previous?.[id] ?? []];
    const gained = now.filter((cpu) => !before.includes(cpu));
    const lost = before.filter((cpu) => !now.includes(cpu));
    return gained.length + lost.length > 0 ? [{ id, gained, lost }] : [];
  });
  const reasons = Object.fromEntries(
    ids.map((id) => [
      id,
      [
        ...(id === 'os' ? ['Has the core of CPU 0: interrupts come there unless they are sent elsewhere.'] : []),
        domainsOf(id).size > 1
          ? `Crosses ${domainsOf(id).size} L3 domains, the fewest that hold it.`
          : `All of it lies in the L3 domain of CPU ${[...domainsOf(id)][0]} (32 MiB).`,
        ...(id === 'video' && near.length < 3
          ? ['Shares no L3 domain with api, postgresql, redis, sensitive to latency.']
          : []),
      ],
    ]),
  );
  const kept = assignments.reserve?.length ?? 0;
  return {
    planId: `5f0c${[...JSON.stringify(assignments)].reduce((sum, letter) => (sum * 33 + letter.charCodeAt(0)) >>> 0, 7).toString(16)}`,
    assignments,
    score: { crossings, noisyBesideLatency: near.length, brokenReserve: Math.max(0, 8 - kept) / 2 },
    optimal: true,
    reasons: { ...reasons, reserve: [`All that is left: ${kept} threads, 8 were asked for.`] },
    changes,
  };
}

/** What other budgets would change. */
export function trialOf(
  topology: Cores['topology'],
  workloads: readonly Workload[],
  threads: Readonly<Record<string, number>>,
): Trial {
  const declared = Object.fromEntries(workloads.map((one) => [one.id, one.threads]));
  const tried = { ...declared, ...threads };
  const before = planOf(topology, declared);
  const isPlanned = !('code' in before);
  const after = planOf(topology, tried, isPlanned ? before.assignments : undefined);
  if ('code' in after)
    return { threads: tried, before: isPlanned ? before : null, after: null, obstacle: after, better: [], worse: [] };
  const parts = ['crossings', 'noisyBesideLatency', 'brokenReserve'] as const;
  const effects = isPlanned
    ? parts.map((part) => ({ part, before: before.score[part] ?? 0, after: after.score[part] ?? 0 }))
    : [];
  return {
    ...{ threads: tried, before: isPlanned ? before : null, after, obstacle: null },
    better: effects.filter((effect) => effect.after < effect.before),
    worse: effects.filter((effect) => effect.after > effect.before),
  };
}
