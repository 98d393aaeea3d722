import { type AskedBudgets, agentError, type HeldBudgets } from '#agent-protocol';
import { type GroupLimits, memoryObstacle, noLimits } from '#allocation';
import type { WorkloadSettings } from '#manifest';
import type { HostGroup } from '../host/host.ts';

function invalid(why: string): Error {
  return agentError('AGENT_BUDGET_INVALID', `These budgets cannot be had: ${why}.`, 'Ask for others, and plan again.');
}

/** The workloads of the inventory with the budgets that are asked for. Throws AGENT_BUDGET_INVALID for workloads that it does not have. */
export function withBudgets(workloads: readonly WorkloadSettings[], asked: AskedBudgets): WorkloadSettings[] {
  const unknown = Object.keys(asked).find((id) => !workloads.some((workload) => workload.id === id));
  if (unknown !== undefined) throw invalid(`the inventory has no workload ${unknown}`);
  return workloads.map((workload) => {
    const { memory = workload.memory, ...others } = (Object.hasOwn(asked, workload.id) && asked[workload.id]) || {};
    const changed = { ...workload, ...others, memory: memory ?? undefined };
    const least = workload.class === 'reserve' ? 0 : Math.max(1, workload.minThreads ?? 1);
    if (changed.threads < least) throw invalid(`${workload.id} needs at least ${least} threads`);
    return changed;
  });
}

/** Every budget in full, as the journal and callers are told. */
export function heldBudgetsOf(workloads: readonly WorkloadSettings[]): HeldBudgets {
  return Object.fromEntries(
    workloads.map(({ id, threads, memory = null, cpuWeight = noLimits.cpuWeight, ioWeight = noLimits.ioWeight }) => [
      id,
      { threads, memory, cpuWeight, ioWeight },
    ]),
  );
}

/** Throws AGENT_BUDGET_INVALID where guarantees leave the machine too little. */
export function requireMemory(workloads: readonly WorkloadSettings[], machineMb: number): void {
  const budgets = workloads.flatMap(({ id, memory }) => (memory && memory.minMb > 0 ? [{ id, ...memory }] : []));
  const obstacle = budgets.length > 0 ? memoryObstacle(budgets, machineMb) : undefined;
  if (obstacle)
    throw invalid(`${obstacle.needed} MB are guaranteed in all, and ${obstacle.available} MB of the machine's can be`);
}

/** A limit below what programs hold would not slow them down but end them. Throws AGENT_BUDGET_INVALID. */
export function requireRoom(limits: Readonly<Record<string, GroupLimits>>, groups: readonly HostGroup[]): void {
  for (const { name, heldBytes } of groups) {
    const most = limits[name]?.memoryMax ?? null;
    if (most === null || heldBytes <= most) continue;
    const [held, limit] = [heldBytes, most].map((bytes) => Math.round(bytes / 1_048_576));
    throw invalid(`programs in ${name} hold ${held} MB now, and ${limit} MB would end some of them`);
  }
}
