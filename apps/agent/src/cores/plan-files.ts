import { type ApplyRequest, agentError } from '#agent-protocol';
import { onlineCpus, planIdOf, renderPlan, type Topology, topologyHash, type UnitFile } from '#allocation';
import type { WorkloadSettings } from '#manifest';

type Request = Pick<ApplyRequest, 'planId' | 'topologyHash' | 'assignments'>;

/**
 * The unit files of a request, after everything in it was held against what the agent itself knows: the machine, and the workloads of its inventory.
 * A caller that was taken over can then still only choose between plans that are sound. Throws AGENT_TOPOLOGY_CHANGED, AGENT_ASSIGNMENT_INVALID.
 */
export function planFiles(topology: Topology, workloads: readonly WorkloadSettings[], request: Request): UnitFile[] {
  const { planId, assignments } = request;
  if (request.topologyHash !== topologyHash(topology))
    throw agentError(
      'AGENT_TOPOLOGY_CHANGED',
      `The plan is for another machine: ${request.topologyHash.slice(0, 12)}, and this one is ${topologyHash(topology).slice(0, 12)}.`,
      'Plan again: CPUs went offline, came online, or SMT was switched.',
    );
  checkIds(workloads, assignments);
  checkCpus(topology, workloads, assignments);
  if (planIdOf({ topology, budgets: workloads }, assignments) !== planId)
    throw invalid(`they are not those of the plan ${planId.slice(0, 12)}`);
  return renderPlan(topology, { planId, assignments }, workloads);
}

const reserveOf = (workloads: readonly WorkloadSettings[]) =>
  workloads.find(({ class: kind }) => kind === 'reserve')?.id ?? 'reserve';

function invalid(why: string): Error {
  const action = 'Compare the manifest that was planned with the one that the agent reads, and plan again.';
  return agentError('AGENT_ASSIGNMENT_INVALID', `The assignments cannot be applied: ${why}.`, action);
}

function checkIds(workloads: readonly WorkloadSettings[], assignments: Request['assignments']): void {
  const known = new Set([...workloads.map(({ id }) => id), reserveOf(workloads)]);
  const unknown = Object.keys(assignments).find((id) => !known.has(id));
  if (unknown !== undefined) throw invalid(`the inventory has no workload ${unknown}`);
  const missing = [...known].find((id) => !Object.hasOwn(assignments, id));
  if (missing !== undefined) throw invalid(`nothing is said of ${missing}`);
}

function checkCpus(topology: Topology, workloads: readonly WorkloadSettings[], assignments: Request['assignments']): void {
  const online = new Set(onlineCpus(topology));
  const owner = new Map<number, string>();
  for (const [id, cpus] of Object.entries(assignments)) {
    const declared = workloads.find((workload) => workload.id === id);
    for (const cpu of cpus) {
      if (!online.has(cpu)) throw invalid(`CPU ${cpu} of ${id} is not online`);
      if (topology.isolated.includes(cpu) && !declared?.pin?.includes(cpu))
        throw invalid(`CPU ${cpu} of ${id} was isolated at boot`);
      if (owner.has(cpu)) throw invalid(`CPU ${cpu} is given to ${owner.get(cpu)} and to ${id}`);
      owner.set(cpu, id);
    }
    const isReserve = id === reserveOf(workloads);
    const threads = declared?.threads ?? 0;
    if (isReserve ? cpus.length < threads : cpus.length !== threads)
      throw invalid(`${id} gets ${cpus.length} CPUs and has ${threads} declared`);
  }
}
