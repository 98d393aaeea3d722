import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workloadClasses } from '#manifest';
import type { Budget, WorkloadClass } from './budget.ts';
import type { CorePlan } from './core-plan.ts';
import { planCores } from './plan-cores.ts';
import { compareScores, scoreParts } from './score.ts';
import { type Core, onlineCpus, type Topology } from './topology.ts';

// The invariants of the planner on made-up machines and budgets, by their numbers in the specification.

const mebibyte = 1_048_576;

/** One to eight domains of unlike sizes, one or two threads a core, some CPUs offline or isolated, siblings adjacent or far apart. */
const topologies = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
    threads: fc.constantFrom(1, 2),
    isAdjacent: fc.boolean(),
    megabytes: fc.array(fc.constantFrom(32, 96), { minLength: 8, maxLength: 8 }),
    offline: fc.array(fc.nat(95), { maxLength: 3 }),
    isolated: fc.array(fc.nat(95), { maxLength: 2 }),
  })
  .map(({ sizes, threads, isAdjacent, megabytes, offline, isolated }): Topology => {
    const count = sizes.reduce((sum, size) => sum + size, 0);
    const away = new Set(offline.filter((cpu) => cpu !== 0));
    const homes = sizes.flatMap((size, domain) => Array.from({ length: size }, () => domain));
    const cores = homes.flatMap((domain, index): (Core & { home: number })[] => {
      const all = Array.from({ length: threads }, (_, thread) =>
        isAdjacent ? index * threads + thread : index + thread * count,
      );
      const cpus = all.filter((cpu) => !away.has(cpu));
      const base = { node: domain % 2, kind: 'performance' as const, rank: 0, domain: 0 };
      return cpus.length > 0 ? [{ ...base, id: cpus[0] as number, cpus, home: domain }] : [];
    });
    const first = (domain: number) => Math.min(...cores.filter(({ home }) => home === domain).map(({ id }) => id));
    const homesLeft = [...new Set(cores.map(({ home }) => home))];
    return {
      cores: cores.map(({ home, ...core }) => ({ ...core, domain: first(home) })).sort((a, b) => a.id - b.id),
      domains: homesLeft
        .map((home) => ({ id: first(home), bytes: (megabytes[home] ?? 32) * mebibyte, node: home % 2 }))
        .sort((a, b) => a.id - b.id),
      isolated: isolated.filter((cpu) => cpu !== 0),
      offline: [...away].sort((a, b) => a - b),
    };
  });

const classes = workloadClasses.filter((one) => one !== 'system' && one !== 'reserve');
const workloads = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('api', 'ml', 'video', 'redis', 'mail', 'mover'),
    threads: fc.integer({ min: 1, max: 12 }),
    class: fc.constantFrom<WorkloadClass>(...classes),
    wholeCores: fc.boolean(),
    mayCrossL3: fc.constantFrom<boolean | 'never'>(false, false, true, 'never'),
    apartFrom: fc.subarray(['api', 'video']),
  }),
  { selector: ({ id }) => id, maxLength: 5 },
);
const cases = fc
  .record({ topology: topologies, workloads, reserve: fc.integer({ min: 0, max: 4 }) })
  .map(({ topology, workloads, reserve }) => {
    const system = topology.cores.find(({ cpus }) => cpus.includes(0)) ?? (topology.cores[0] as Core);
    const budgets: Budget[] = [
      ...workloads,
      { id: 'os', threads: system.cpus.length, class: 'system' },
      { id: 'reserve', threads: reserve, class: 'reserve' },
    ];
    return { topology, budgets };
  });

function holds(check: (plan: CorePlan, topology: Topology, budgets: Budget[]) => void): void {
  let plans = 0;
  fc.assert(
    fc.property(cases, ({ topology, budgets }) => {
      const plan = planCores({ topology, budgets });
      if (!plan.feasible) return;
      plans += 1;
      check(plan, topology, budgets);
    }),
    { numRuns: 300 },
  );
  expect(plans).toBeGreaterThan(30);
}

const workloadsOf = (plan: CorePlan) => Object.entries(plan.assignments).filter(([id]) => id !== 'reserve');
const coreOf = ({ cores }: Topology, cpu: number) => cores.find(({ cpus }) => cpus.includes(cpu)) as Core;
const domainsOf = (topology: Topology, cpus: number[]) => new Set(cpus.map((cpu) => coreOf(topology, cpu).domain));

test('1, 2, 3: every CPU is online and not isolated, belongs to one, and everybody has as many as declared', () => {
  holds((plan, topology, budgets) => {
    const all = Object.values(plan.assignments).flat();
    expect(new Set(all).size).toBe(all.length);
    expect([...all].sort((a, b) => a - b)).toEqual(onlineCpus(topology).filter((cpu) => !topology.isolated.includes(cpu)));
    for (const { id, threads, class: kind } of budgets)
      if (kind === 'reserve') expect(plan.assignments[id]?.length).toBeGreaterThanOrEqual(threads);
      else expect(plan.assignments[id]).toHaveLength(threads);
  });
});

test('4, 5: whole cores where declared, at most one torn core each, and no core is shared by two workloads', () => {
  holds((plan, topology, budgets) => {
    const owners = new Map<Core, string>();
    for (const [id, cpus] of workloadsOf(plan)) {
      const cores = new Set(cpus.map((cpu) => coreOf(topology, cpu)));
      const torn = [...cores].filter((core) => !core.cpus.every((cpu) => cpus.includes(cpu)));
      const { wholeCores = true } = budgets.find((budget) => budget.id === id) as Budget;
      expect(torn.length).toBeLessThanOrEqual(wholeCores ? 0 : 1);
      for (const core of cores) {
        expect(owners.get(core)).toBeUndefined();
        owners.set(core, id);
      }
    }
  });
});

test('8: the system has the core of CPU 0, whole', () => {
  holds((plan, topology) => {
    const boot = topology.cores.find(({ cpus }) => cpus.includes(0) && !cpus.some((cpu) => topology.isolated.includes(cpu)));
    if (boot) expect(plan.assignments.os).toEqual(expect.arrayContaining(boot.cpus));
  });
});

test('9, 10: the same input gives the same bytes, in whatever order the budgets stand', () => {
  holds((plan, topology, budgets) => {
    const again = planCores({ topology, budgets: [...budgets].reverse() });
    expect(JSON.stringify(again)).toBe(JSON.stringify(plan));
  });
});

test('11: planning again moves nothing', () => {
  holds((plan, topology, budgets) => {
    const again = planCores({ topology, budgets, previous: plan.assignments }) as CorePlan;
    expect(again.assignments).toEqual(plan.assignments);
    expect(again.changes).toEqual([]);
    expect(again.score.movedCpus).toBe(0);
  });
});

test('12: one core more for a workload moves nobody else where the best plan allows it', () => {
  holds((plan, topology, budgets) => {
    const [grown] = budgets.filter(({ class: kind }) => kind !== 'system' && kind !== 'reserve');
    const free = topology.cores.filter((core) => core.cpus.every((cpu) => plan.assignments.reserve?.includes(cpu)));
    const own = plan.assignments[grown?.id ?? ''] ?? [];
    const near = grown && free.find((core) => core.cpus.length === 2 && domainsOf(topology, own).has(core.domain));
    if (!grown || !near || own.length % 2 === 1) return;
    const more = budgets.map((budget) => (budget === grown ? { ...grown, threads: grown.threads + 2 } : budget));
    const after = planCores({ topology, budgets: more, previous: plan.assignments });
    if (!after.feasible || !after.optimal || !plan.optimal) return;
    // Taking the core beside its own is one way; nothing may be worse than that, so nobody else moves unless something graver gets better.
    const graver = scoreParts.slice(0, scoreParts.indexOf('movedCpus'));
    const isSame = graver.every((part) => after.score[part] === plan.score[part]);
    if (isSame) expect(after.changes.map(({ id }) => id)).toEqual([grown.id]);
    else
      expect(
        compareScores(
          graver.map((part) => after.score[part]),
          graver.map((part) => plan.score[part]),
        ),
      ).toBeLessThan(0);
  });
});

test('14: where there is no plan there is none, and what is proposed instead has one', () => {
  let refusals = 0;
  fc.assert(
    fc.property(cases, ({ topology, budgets }) => {
      const plan = planCores({ topology, budgets });
      if (plan.feasible) return;
      refusals += 1;
      expect(Object.keys(plan)).not.toContain('assignments');
      expect(plan.message).not.toBe('');
      if (!plan.nearestFeasible) return;
      const proposed = budgets.map((budget) => ({ ...budget, threads: plan.nearestFeasible?.[budget.id] ?? 0 }));
      expect(planCores({ topology, budgets: proposed }).feasible).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(refusals).toBeGreaterThan(30);
});
