import { createHash } from 'node:crypto';
import { canonicalBudgets } from './budget.ts';
import { type Assignments, type PlanInput, policyVersion } from './core-plan.ts';
import { topologyHash } from './topology.ts';

/** Names a plan: SHA-256 over policy, topology, budgets and assignments. Whoever has these can check that a plan is what its name says. */
export function planIdOf({ topology, budgets }: Omit<PlanInput, 'previous'>, assignments: Assignments): string {
  const sorted = Object.fromEntries(Object.entries(assignments).sort(([a], [b]) => (a < b ? -1 : 1)));
  const named = {
    policyVersion,
    topologyHash: topologyHash(topology),
    budgets: canonicalBudgets(budgets),
    assignments: sorted,
  };
  return createHash('sha256').update(JSON.stringify(named)).digest('hex');
}
