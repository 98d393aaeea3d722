export type { Budget } from './domain/budget.ts';
export { type Assignments, type CorePlan, type Infeasible, type PlanInput, policyVersion } from './domain/core-plan.ts';
export { formatCpuList, parseCpuList } from './domain/cpu-list.ts';
export { planCores } from './domain/plan-cores.ts';
export { type Score, type ScorePart, scoreParts } from './domain/score.ts';
export { type CacheDomain, type Core, onlineCpus, type Topology, topologyHash } from './domain/topology.ts';
export { type Effect, type WhatIf, whatIf } from './domain/what-if.ts';
export { readTopology } from './topology-reader.adapter.ts';
