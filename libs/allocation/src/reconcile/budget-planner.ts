import type { GpuCardSettings, WorkloadSettings } from '#manifest';
import type { Assignments, CorePlan, Infeasible } from '../domain/core-plan.ts';
import { type Topology, topologyHash } from '../domain/topology.ts';
import type { Planner } from '../planner.adapter.ts';
import { noLimits } from '../render/group-limits.ts';
import type { SeenBudgets } from './budget-plan.ts';

const mostKept = 8;

/** Plans, and remembers the last few: pages ask for the same again and again, and a large machine takes a second. */
export class BudgetPlanner {
  private readonly planner: Pick<Planner, 'plan'>;
  private readonly kept = new Map<string, Promise<CorePlan | Infeasible>>();

  constructor(planner: Pick<Planner, 'plan'>) {
    this.planner = planner;
  }

  /** As `planCores`. */
  plan(topology: Topology, budgets: readonly WorkloadSettings[], previous?: Assignments): Promise<CorePlan | Infeasible> {
    const key = JSON.stringify([topologyHash(topology), budgets, previous ?? null]);
    const found = this.kept.get(key) ?? this.planner.plan({ topology, budgets, ...(previous ? { previous } : {}) });
    this.kept.delete(key);
    this.kept.set(key, found);
    found.catch(() => this.kept.delete(key));
    const oldest = [...this.kept.keys()].slice(0, -mostKept);
    for (const one of oldest) this.kept.delete(one);
    return found;
  }

  /** What would be in force if everything were as declared; null where that cannot be. */
  async asDeclared(
    topology: Topology,
    declared: readonly WorkloadSettings[],
    cards: readonly GpuCardSettings[],
  ): Promise<SeenBudgets['inForce']> {
    const found = await this.plan(topology, declared);
    if (!found.feasible) return null;
    const { cpuWeight: cpu, ioWeight: io } = noLimits;
    const budgets = declared.map(({ id, threads, memory = null, cpuWeight = cpu, ioWeight = io }) => [
      id,
      { threads, memory, cpuWeight, ioWeight },
    ]);
    const gpu = { planId: '', cards: [...cards], since: {} };
    return { budgets: Object.fromEntries(budgets), assignments: found.assignments, gpu };
  }
}
