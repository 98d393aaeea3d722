import type { Budget } from './budget.ts';
import type { CorePlan, Infeasible } from './core-plan.ts';
import { planCores } from './plan-cores.ts';
import { type ScorePart, scoreParts } from './score.ts';
import type { Topology } from './topology.ts';

/** A part of the score that another budget makes better or worse. */
export interface Effect {
  part: ScorePart;
  before: number;
  after: number;
}

/** What other budgets would change. */
export interface WhatIf {
  before: CorePlan;
  after: CorePlan;
  worse: Effect[];
  better: Effect[];
}

/**
 * Plans with other thread counts beside what is declared. Threads that are added come out of the reserve, and those that are given up go there,
 * unless the reserve is among the changes. Answers why not where either of the plans is not possible.
 */
export function whatIf(
  input: { topology: Topology; budgets: readonly Budget[] },
  threads: Readonly<Record<string, number>>,
): WhatIf | Infeasible {
  const before = planCores(input);
  if (!before.feasible) return before;
  const added = input.budgets.reduce((sum, budget) => sum + (threads[budget.id] ?? budget.threads) - budget.threads, 0);
  const budgets = input.budgets.map((budget) => {
    const isGiving = budget.class === 'reserve' && threads[budget.id] === undefined;
    return { ...budget, threads: isGiving ? Math.max(0, budget.threads - added) : (threads[budget.id] ?? budget.threads) };
  });
  const after = planCores({ ...input, budgets, previous: before.assignments });
  if (!after.feasible) return after;
  const effects = scoreParts
    .filter((part) => part !== 'movedCpus')
    .map((part) => ({ part, before: before.score[part], after: after.score[part] }));
  return {
    before,
    after,
    worse: effects.filter((effect) => effect.after > effect.before),
    better: effects.filter((effect) => effect.after < effect.before),
  };
}
