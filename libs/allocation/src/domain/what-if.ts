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

/** The same where either plan may be impossible. */
export interface Trial {
  /** Threads of each budget as tried. */
  threads: Record<string, number>;
  before: CorePlan | Infeasible;
  after: CorePlan | Infeasible;
  worse: Effect[];
  better: Effect[];
}

interface Declared {
  topology: Topology;
  budgets: readonly Budget[];
}

/** Plans with other thread counts beside what is declared. Answers why not where either of the plans is not possible. */
export function whatIf(input: Declared, threads: Readonly<Record<string, number>>): WhatIf | Infeasible {
  const { before, after, worse, better } = tryBudgets(input, threads);
  if (!before.feasible) return before;
  if (!after.feasible) return after;
  return { before, after, worse, better };
}

/**
 * Plans both what is declared and other thread counts. Threads that are added come out of the reserve, and those that are given up go there,
 * unless the reserve is among the changes. `before` may be given where it is known.
 */
export function tryBudgets(
  input: Declared,
  threads: Readonly<Record<string, number>>,
  before: CorePlan | Infeasible = planCores(input),
): Trial {
  const budgets = changedBudgets(input.budgets, threads);
  const after = planCores({ ...input, budgets, previous: before.feasible ? before.assignments : undefined });
  const effects = before.feasible && after.feasible ? effectsOf(before, after) : [];
  return {
    threads: Object.fromEntries(budgets.map((budget) => [budget.id, budget.threads])),
    before,
    after,
    worse: effects.filter((effect) => effect.after > effect.before),
    better: effects.filter((effect) => effect.after < effect.before),
  };
}

function changedBudgets(budgets: readonly Budget[], threads: Readonly<Record<string, number>>): Budget[] {
  const added = budgets.reduce((sum, budget) => sum + (threads[budget.id] ?? budget.threads) - budget.threads, 0);
  return budgets.map((budget) => {
    const isGiving = budget.class === 'reserve' && threads[budget.id] === undefined;
    return { ...budget, threads: isGiving ? Math.max(0, budget.threads - added) : (threads[budget.id] ?? budget.threads) };
  });
}

function effectsOf(before: CorePlan, after: CorePlan): Effect[] {
  return scoreParts
    .filter((part) => part !== 'movedCpus')
    .map((part) => ({ part, before: before.score[part], after: after.score[part] }));
}
