import { join } from 'node:path';
import {
  type CorePlan,
  cpusOfUnits,
  limitsOfUnits,
  onlineCpus,
  planCores,
  renderPlan,
  type Topology,
  type UnitFile,
} from '#allocation';
import { checkManifest, type WorkloadSettings } from '#manifest';
import { topologyOf } from './box.ts';
import { checkout } from './box-folder.ts';
import { departures } from './look/judge-look.ts';
import { type MachineLook, readLook } from './look/machine-look.ts';
import type { VirtualMachine } from './machine/virtual-machine.ts';

const manifestFile = '/etc/holdfast/appliance.yaml';

/** A plan, and the files that the agent is to make of it. */
export interface RenderedPlan extends CorePlan {
  files: UnitFile[];
  /** Threads that differ from what the manifest declares, as the agent is asked for them. */
  budgets: Record<string, { threads: number }>;
}

/** What the tests themselves plan for the box, from the kernel's own words and the manifest that lies there. */
export class BoxPlans {
  readonly topology: Topology;
  readonly online: number[];
  private readonly text: string;

  private constructor(topology: Topology, text: string) {
    this.topology = topology;
    this.online = onlineCpus(topology);
    this.text = text;
  }

  static async of(machine: VirtualMachine): Promise<BoxPlans> {
    return new BoxPlans(await topologyOf(machine), `${await machine.tell(`cat ${manifestFile}`)}\n`);
  }

  /** The plan for the manifest, or with other threads for some. */
  plan(threads: Record<string, number> = {}): RenderedPlan {
    const workloads = this.workloads(threads);
    const plan = planCores({ topology: this.topology, budgets: workloads });
    if (!plan.feasible) throw new Error(plan.message);
    const budgets = Object.fromEntries(Object.entries(threads).map(([id, count]) => [id, { threads: count }]));
    return { ...plan, budgets, files: renderPlan(this.topology, plan, workloads) };
  }

  private workloads(threads: Record<string, number>): WorkloadSettings[] {
    const declared = checkManifest(manifestFile, this.text, join(checkout, 'config/profiles')).workloads;
    return declared.map((workload) => ({ ...workload, threads: threads[workload.id] ?? workload.threads }));
  }
}

/** The groups of every plan for these workloads. */
const groupsOf = (files: readonly UnitFile[]) => Object.keys({ ...cpusOfUnits(files), ...limitsOfUnits(files) });

/** What the box holds of the groups that a plan speaks of. */
export async function lookAt(machine: VirtualMachine, { files }: RenderedPlan): Promise<MachineLook> {
  const names = groupsOf(files).map((name) => `'${name}'`);
  return readLook(await machine.tell(`box-look ${names.join(' ')}`));
}

/** Throws with all that is not as the plan has it. */
export function requirePlan(look: MachineLook, plan: RenderedPlan, online: readonly number[]): void {
  const found = departures(look, plan.files, online);
  if (found.length > 0) throw new Error(found.slice(0, 20).join('\n'));
}
