import { expect, test } from 'vitest';
import type { Budget } from './budget.ts';
import type { CorePlan, Infeasible } from './core-plan.ts';
import { formatCpuList } from './cpu-list.ts';
import { planCores } from './plan-cores.ts';
import { type Core, type Topology, topologyHash } from './topology.ts';

/** As a 7950X: two L3 domains of eight cores, CPU n and n + 16 are siblings. */
const ryzen = machine(2, 8);
/** PRODUCT.md, the declared budgets of the reference box. */
const declared: Budget[] = [
  { id: 'postgresql', threads: 4, class: 'latency' },
  { id: 'redis', threads: 2, class: 'latency' },
  { id: 'api', threads: 4, class: 'latency' },
  { id: 'ml', threads: 4, class: 'throughput' },
  { id: 'video', threads: 6, class: 'noisy' },
  { id: 'monitoring', threads: 2, class: 'background' },
  { id: 'os', threads: 2, class: 'system' },
  { id: 'reserve', threads: 8, class: 'reserve' },
];

function machine(domains: number, coresOfEach: number): Topology {
  const count = domains * coresOfEach;
  const cores = Array.from({ length: count }, (_, id): Core => {
    const domain = Math.floor(id / coresOfEach) * coresOfEach;
    return { id, cpus: [id, id + count], domain, node: 0, kind: 'performance', rank: 0 };
  });
  const caches = Array.from({ length: domains }, (_, index) => ({ id: index * coresOfEach, bytes: 33_554_432, node: 0 }));
  return { cores, domains: caches, isolated: [], offline: [] };
}

function withThreads(changes: Record<string, number>): Budget[] {
  return declared.map((budget) => ({ ...budget, threads: changes[budget.id] ?? budget.threads }));
}

function planned(budgets: Budget[], topology = ryzen, previous?: CorePlan): CorePlan {
  const plan = planCores({ topology, budgets, previous: previous?.assignments });
  if (!plan.feasible) throw new Error(plan.message);
  return plan;
}

function refused(budgets: Budget[], topology = ryzen): Infeasible {
  const plan = planCores({ topology, budgets });
  if (plan.feasible) throw new Error('There is a plan.');
  return plan;
}

function listed({ assignments }: CorePlan): Record<string, string> {
  return Object.fromEntries(Object.entries(assignments).map(([id, cpus]) => [id, formatCpuList(cpus)]));
}

test('the reference box is planned as its specification has it', () => {
  const plan = planned(declared);
  expect(listed(plan)).toEqual({
    os: '0,16',
    api: '1-2,17-18',
    postgresql: '3-4,19-20',
    redis: '5,21',
    video: '8-10,24-26',
    ml: '11-12,27-28',
    monitoring: '13,29',
    reserve: '6-7,14-15,22-23,30-31',
  });
  expect(plan).toMatchObject({
    optimal: true,
    topologyHash: topologyHash(ryzen),
    planId: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('two more cores for video move nobody else', () => {
  const plan = planned(withThreads({ video: 10, reserve: 4 }), ryzen, planned(declared));
  expect(plan.changes).toEqual([{ id: 'video', gained: [14, 15, 30, 31], lost: [] }]);
  expect(plan.reasons.video).toContain('Gets CPU 14-15,30-31 and keeps what it has.');
  expect(plan.reasons.api).toContain('Keeps the CPUs that it has.');
});

test('what no longer fits beside the others moves, and says so', () => {
  const before = planned(withThreads({ reserve: 2 }));
  const plan = planned(withThreads({ video: 12, reserve: 2 }), ryzen, before);
  expect(plan.score.crossings).toBe(0);
  expect(plan.changes.map(({ id }) => id)).toContain('video');
  for (const { id } of plan.changes) expect(plan.reasons[id]?.join(' ')).toMatch(/Gets (CPU|none)/);
});

test('a workload larger than any domain gets the fewest domains that hold it, and a reason', () => {
  const plan = planned(withThreads({ video: 18, ml: 2, reserve: 0, monitoring: 0 }).filter(({ id }) => id !== 'monitoring'));
  expect(plan.score.crossings).toBe(1);
  expect(plan.reasons.video?.join(' ')).toContain('Crosses 2 L3 domains');
});

test('an odd number of threads without whole cores leaves the sibling idle, in the reserve', () => {
  const budgets = withThreads({ redis: 3, reserve: 7 }).map((budget) =>
    budget.id === 'redis' ? { ...budget, wholeCores: false } : budget,
  );
  const plan = planned(budgets);
  const [own, reserve] = [plan.assignments.redis as number[], plan.assignments.reserve as number[]];
  expect(own).toHaveLength(3);
  expect(reserve).toHaveLength(7);
  expect(plan.reasons.redis?.join(' ')).toMatch(/stays idle/);
});

test('noisy and latency-sensitive workloads are apart even if that breaks up the reserve', () => {
  expect(planned(declared).score).toMatchObject({ noisyBesideLatency: 0, latencyBesideOthers: 0, brokenReserve: 6 });
});

test('the larger cache is for those that are sensitive to latency', () => {
  const domains = [
    { id: 0, bytes: 33_554_432, node: 0 },
    { id: 8, bytes: 100_663_296, node: 0 },
  ];
  const plan = planned(declared, { ...ryzen, domains });
  expect(plan.assignments.api?.every((cpu) => cpu % 16 >= 8)).toBe(true);
  expect(plan.assignments.os).toEqual([0, 16]);
});

test('pinned workloads have exactly their CPUs, also ones that were isolated at boot', () => {
  const pinnedTo = [15, 31];
  const budgets = declared.map((budget) => (budget.id === 'redis' ? { ...budget, pin: pinnedTo } : budget));
  expect(planned(budgets, { ...ryzen, isolated: pinnedTo }).assignments.redis).toEqual(pinnedTo);
  const elsewhere = planned(
    declared.map((budget) => (budget.id === 'reserve' ? { ...budget, threads: 6 } : budget)),
    {
      ...ryzen,
      isolated: pinnedTo,
    },
  );
  expect(Object.values(elsewhere.assignments).flat()).not.toContain(15);
});

test.each<[string, Budget[], Topology, Partial<Infeasible>]>([
  [
    'more threads than there are',
    withThreads({ video: 20 }),
    ryzen,
    { code: 'OVERCOMMIT', budgetId: null, needed: 46, available: 32 },
  ],
  [
    'an odd number of whole cores',
    withThreads({ api: 5, reserve: 7 }),
    ryzen,
    { code: 'ODD_THREADS', budgetId: 'api', needed: 5 },
  ],
  ['a CPU that is offline', pinned('api', [40, 41, 42, 43]), ryzen, { code: 'PIN_OFFLINE', budgetId: 'api' }],
  ['half a core', pinned('api', [1, 2, 3, 17]), ryzen, { code: 'PIN_CONFLICT', budgetId: 'api' }],
  ['the core of the system', pinned('redis', [0, 16]), ryzen, { code: 'NO_SYSTEM_CORE' }],
  ['no budget for the system', declared.filter(({ id }) => id !== 'os'), ryzen, { code: 'NO_SYSTEM_CORE', budgetId: null }],
  [
    'a workload that must not cross and has to',
    withThreads({ video: 18, reserve: 0, ml: 2 }).flatMap((budget) =>
      budget.id === 'monitoring' ? [] : budget.id === 'video' ? [{ ...budget, mayCrossL3: 'never' as const }] : [budget],
    ),
    ryzen,
    { code: 'NO_DOMAIN_FITS', budgetId: 'video', needed: 18, available: 16 },
  ],
])('%s is refused with what is short', (_, budgets, topology, expected) => {
  expect(refused(budgets, topology)).toMatchObject({ feasible: false, ...expected });
});

function pinned(id: string, pin: number[]): Budget[] {
  return declared.map((budget) => (budget.id === id ? { ...budget, pin } : budget));
}

test('what would fit is proposed, the least important first, and fits', () => {
  const proposal = refused(withThreads({ video: 20 })).nearestFeasible;
  expect(proposal).toEqual({ api: 4, ml: 4, monitoring: 2, os: 2, postgresql: 4, redis: 2, reserve: 0, video: 14 });
  expect(planned(withThreads(proposal ?? {})).feasible).toBe(true);
});
