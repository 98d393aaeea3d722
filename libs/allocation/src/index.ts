export type { Budget } from './domain/budget.ts';
export { type Assignments, type CorePlan, type Infeasible, type PlanInput, policyVersion } from './domain/core-plan.ts';
export { formatCpuList, parseCpuList } from './domain/cpu-list.ts';
export { type CpuLoad, loadBetween, parseCpuTimes } from './domain/cpu-load.ts';
export { type MemoryBudget, memoryObstacle, unguaranteedMb } from './domain/memory-plan.ts';
export { planCores } from './domain/plan-cores.ts';
export { planIdOf } from './domain/plan-id.ts';
export { type Score, type ScorePart, scoreParts } from './domain/score.ts';
export { type CacheDomain, type Core, onlineCpus, type Topology, topologyHash } from './domain/topology.ts';
export { type Effect, type WhatIf, whatIf } from './domain/what-if.ts';
export {
  type DesiredCores,
  type Drift,
  type DriftKind,
  driftKinds,
  type ObservedCores,
  type SeenGroup,
} from './drift/drift.ts';
export { findDrift } from './drift/find-drift.ts';
export { interruptSubject } from './drift/running-drift.ts';
export { type NoProposal, type Proposal, proposeBudgets } from './forecast/propose-budgets.ts';
export type { SliceLoad, SliceMinute } from './forecast/slice-demand.ts';
export { describeGpus, type GpuDescription } from './gpu/describe-gpus.ts';
export { readDriverCards } from './gpu/driver-cards.adapter.ts';
export type { GpuCard, GpuReading } from './gpu/gpu-card.ts';
export { readGpus } from './gpu/nvidia-smi.adapter.ts';
export { placedShares, withShares } from './gpu/placed-shares.ts';
export { type GpuObstacle, type GpuPlan, planGpus } from './gpu/plan-gpus.ts';
export { renderGpu, unitsToldAnew } from './gpu/render-gpu.ts';
export { mpsUnit, renderMps } from './gpu/render-mps.ts';
export { describeMemory, type MemoryDescription } from './memory/describe-memory.ts';
export { figuresOfWorker, workerFiguresKey } from './memory/worker-figures.ts';
export {
  formatLimit,
  type GroupLimits,
  type LimitKey,
  limitKeys,
  limitNames,
  limitsOfUnits,
  noLimits,
} from './render/group-limits.ts';
export { renderPlan } from './render/render-plan.ts';
export { cpusOfUnits, parseUnits, planOf, sliceName, slicesOfServices, type UnitFile } from './render/unit-files.ts';
export { readTopology } from './topology-reader.adapter.ts';
