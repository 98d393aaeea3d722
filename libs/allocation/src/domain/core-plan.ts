import type { Budget } from './budget.ts';
import type { Score } from './score.ts';
import type { Topology } from './topology.ts';

/** Changes when the same input may give another plan. */
export const policyVersion = 1;

/** CPUs of workloads, ascending; `reserve` holds what nobody has. */
export type Assignments = Record<string, number[]>;

/** What the planner is given; it looks at nothing else. */
export interface PlanInput {
  topology: Topology;
  budgets: readonly Budget[];
  /** What is in force: among plans that are as good, the one that moves least is chosen. */
  previous?: Assignments;
}

/** Who runs where, and why. */
export interface CorePlan {
  feasible: true;
  /** SHA-256 of policy, topology, budgets and assignments: the same input gives the same. */
  planId: string;
  topologyHash: string;
  assignments: Assignments;
  score: Score;
  /** Whether no better plan exists. Very large machines are searched in part. */
  optimal: boolean;
  reasons: Record<string, string[]>;
  /** Workloads that get other CPUs than before; all of them where there was no plan. */
  changes: { id: string; gained: number[]; lost: number[] }[];
}

export const infeasibleCodes = [
  'OVERCOMMIT',
  'ODD_THREADS',
  'PIN_CONFLICT',
  'PIN_OFFLINE',
  'NO_DOMAIN_FITS',
  'NO_SYSTEM_CORE',
] as const;
export type InfeasibleCode = (typeof infeasibleCodes)[number];

/** Why there is no plan, and what would fit. */
export interface Infeasible {
  feasible: false;
  code: InfeasibleCode;
  /** The budget that is to blame; null where it is all of them together. */
  budgetId: string | null;
  message: string;
  /** Threads. */
  needed: number;
  available: number;
  /** Threads of each budget that would fit, taken from the least important first; null where no size would help. */
  nearestFeasible: Record<string, number> | null;
}
