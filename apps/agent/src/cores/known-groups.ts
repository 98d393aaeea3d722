import { cpusOfUnits, limitsOfUnits, renderPlan } from '#allocation';
import type { WorkloadSettings } from '#manifest';
import type { Host } from '../host/host.ts';
import { groupsOf } from './aims.ts';

/** Names of the slices and scopes that any plan for these workloads would have. */
export function knownGroups(host: Host, workloads: readonly WorkloadSettings[]): string[] {
  const files = renderPlan(host.topology(), { planId: '', assignments: {} }, workloads);
  return groupsOf({ cpus: cpusOfUnits(files), limits: limitsOfUnits(files) });
}
