import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Budget, WorkloadClass } from './budget.ts';
import { type CorePlan, type PlanInput } from './core-plan.ts';
import { planCores } from './plan-cores.ts';
import type { Core, Topology } from './topology.ts';

// On small machines every way to give whole cores to workloads is looked at. What the planner says must be the best of them.

interface Case {
  topology: Topology;
  budgets: Budget[];
}

const cases = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    workloads: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c'),
        cores: fc.integer({ min: 1, max: 4 }),
        class: fc.constantFrom<WorkloadClass>('latency', 'noisy', 'throughput'),
        apartFrom: fc.subarray(['a', 'b']),
      }),
      { selector: ({ id }) => id, minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ sizes, workloads }): Case => {
    const homes = sizes.flatMap((size, index) =>
      Array.from({ length: size }, () => sizes.slice(0, index).reduce((a, b) => a + b, 0)),
    );
    const cores = homes.map(
      (domain, id): Core => ({ id, cpus: [id, id + homes.length], domain, node: 0, kind: 'performance', rank: 0 }),
    );
    const domains = [...new Set(homes)].map((id) => ({ id, bytes: 0, node: 0 }));
    const budgets: Budget[] = workloads.map(({ cores, ...budget }) => ({ ...budget, threads: 2 * cores }));
    return {
      topology: { cores, domains, isolated: [], offline: [] },
      budgets: [...budgets, { id: 'os', threads: 2, class: 'system' }],
    };
  });

/** Graver parts of the score, of an assignment of cores to workloads. */
function costOf({ topology, budgets }: Case, owners: readonly (string | undefined)[]): number[] {
  const workloads = budgets.map((budget) => ({
    budget,
    domains: new Set(topology.cores.filter((_, index) => owners[index] === budget.id).map(({ domain }) => domain)),
  }));
  const crossings = workloads.reduce((sum, { domains }) => sum + domains.size - 1, 0);
  const pairs = (test: (one: Budget, other: Budget) => boolean) =>
    workloads.reduce((sum, one, index) => {
      const others = workloads.slice(index + 1).filter((other) => test(one.budget, other.budget));
      return (
        sum + others.reduce((all, other) => all + [...one.domains].filter((domain) => other.domains.has(domain)).length, 0)
      );
    }, 0);
  const apart = pairs((one, other) => [one.apartFrom?.includes(other.id), other.apartFrom?.includes(one.id)].includes(true));
  const noisy = pairs((one, other) => [one.class, other.class].sort().join() === 'latency,noisy');
  return [crossings, apart, noisy];
}

/** All assignments of whole cores. */
function* everyAssignment({ topology, budgets }: Case): Generator<(string | undefined)[]> {
  const owners: (string | undefined)[] = topology.cores.map(() => undefined);
  owners[0] = 'os';
  const left = new Map(budgets.map(({ id, threads }) => [id, id === 'os' ? 0 : threads / 2]));
  function* go(core: number): Generator<(string | undefined)[]> {
    if (core === owners.length) {
      if ([...left.values()].every((cores) => cores === 0)) yield owners;
      return;
    }
    for (const [id, cores] of [...left, [undefined, 1] as const]) {
      if (cores === 0) continue;
      if (id !== undefined) left.set(id, cores - 1);
      owners[core] = id;
      yield* go(core + 1);
      if (id !== undefined) left.set(id, cores);
    }
    owners[core] = undefined;
  }
  yield* go(1);
}

const compare = (one: number[], other: number[]) =>
  one.map((part, index) => part - (other[index] as number)).find((difference) => difference !== 0) ?? 0;

test('6, 7, 14: there is a plan exactly where there is an assignment, with the fewest crossings and the fewest bad neighbours', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const input: PlanInput = one;
      const plan = planCores(input);
      let best: number[] | undefined;
      for (const owners of everyAssignment(one)) {
        const cost = costOf(one, owners);
        if (!best || compare(cost, best) < 0) best = cost;
      }
      expect(plan.feasible).toBe(best !== undefined);
      if (!best) return;
      const { score, optimal } = plan as CorePlan;
      expect(optimal).toBe(true);
      expect([score.crossings, score.apartViolations, score.noisyBesideLatency]).toEqual(best);
    }),
    { numRuns: 400 },
  );
});

test('13: what was in force may have its cores numbered otherwise, that keeps the score', () => {
  fc.assert(
    fc.property(
      cases,
      fc.array(fc.nat(1000), { minLength: 9, maxLength: 9 }),
      fc.nat(2),
      ({ topology, budgets }, chances, changed) => {
        const plan = planCores({ topology, budgets });
        if (!plan.feasible) return;
        const mixed = shuffleWithinDomains(topology, chances);
        const relabelled = Object.fromEntries(
          Object.entries(plan.assignments).map(([id, cpus]) => [id, cpus.map((cpu) => mixed.get(cpu) as number)]),
        );
        const others = budgets.filter((budget, index) => index !== changed || budget.class === 'system');
        const [one, other] = [plan.assignments, relabelled].map((previous) =>
          planCores({ topology, budgets: others, previous }),
        );
        expect((one as CorePlan).score).toEqual((other as CorePlan).score);
      },
    ),
    { numRuns: 200 },
  );
});

/** New numbers for CPUs: cores of a domain change places, except the one that the system boots on. */
function shuffleWithinDomains({ cores, domains }: Topology, chances: readonly number[]): Map<number, number> {
  const numbers = new Map<number, number>();
  for (const { id } of domains) {
    const own = cores.filter((core) => core.domain === id && core.id !== 0);
    const mixed = [...own].sort((a, b) => (chances[a.id] as number) - (chances[b.id] as number));
    for (const [index, core] of own.entries())
      for (const [thread, cpu] of core.cpus.entries()) numbers.set(cpu, (mixed[index] as Core).cpus[thread] as number);
  }
  for (const cpu of (cores[0] as Core).cpus) numbers.set(cpu, cpu);
  return numbers;
}
