import type { CorePlan } from '../domain/core-plan.ts';
import type { Topology } from '../domain/topology.ts';
import { renderUnits, type SliceSettings, type UnitFile } from './unit-files.ts';

/** What the manifest says of a workload beside its threads. */
export interface WorkloadShares extends Pick<SliceSettings, 'id' | 'cpuWeight' | 'ioWeight' | 'memory'> {
  class: string;
}

/** The unit files of a plan, with the weights and memory that its workloads declare. */
export function renderPlan(
  topology: Topology,
  plan: Pick<CorePlan, 'planId' | 'assignments'>,
  workloads: readonly WorkloadShares[],
): UnitFile[] {
  const nodeOf = new Map(topology.cores.flatMap(({ cpus, node }) => cpus.map((cpu) => [cpu, node] as const)));
  const named = (kind: string) => workloads.find((workload) => workload.class === kind)?.id ?? kind;
  const slices = workloads
    .filter((workload) => workload.class !== 'reserve')
    .map(({ id, cpuWeight, ioWeight, memory }): SliceSettings => {
      const cpus = plan.assignments[id] ?? [];
      return { id, cpus, nodes: [...new Set(cpus.map((cpu) => nodeOf.get(cpu) ?? 0))], cpuWeight, ioWeight, memory };
    });
  const reserve = plan.assignments[named('reserve')] ?? [];
  return renderUnits({ planId: plan.planId, slices, systemId: named('system'), reserve });
}
