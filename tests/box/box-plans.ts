import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Assignments,
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
import { departures } from './look/judge-look.ts';
import { type MachineLook, readLook } from './look/machine-look.ts';
import type { VirtualMachine } from './machine/virtual-machine.ts';

const manifestFile = '/etc/holdfast/appliance.yaml';
const profiles = '/usr/lib/holdfast-agent/profiles';

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
  private readonly declared: readonly WorkloadSettings[];

  private constructor(topology: Topology, declared: readonly WorkloadSettings[]) {
    this.topology = topology;
    this.online = onlineCpus(topology);
    this.declared = declared;
  }

  static async of(machine: VirtualMachine): Promise<BoxPlans> {
    return new BoxPlans(await topologyOf(machine), await declaredIn(machine));
  }

  /** The plan for the manifest, or with other threads for some; beside what is in force, from which nobody is moved without need. */
  plan(threads: Record<string, number> = {}, previous?: Assignments): RenderedPlan {
    const workloads = this.workloads(threads);
    const plan = planCores({ topology: this.topology, budgets: workloads, ...(previous ? { previous } : {}) });
    if (!plan.feasible) throw new Error(plan.message);
    const budgets = Object.fromEntries(Object.entries(threads).map(([id, count]) => [id, { threads: count }]));
    return { ...plan, budgets, files: renderPlan(this.topology, plan, workloads) };
  }

  private workloads(threads: Record<string, number>): WorkloadSettings[] {
    return this.declared.map((workload) => ({ ...workload, threads: threads[workload.id] ?? workload.threads }));
  }
}

/** The workloads of the manifest that lies in the box, with its profile there. */
async function declaredIn(machine: VirtualMachine): Promise<WorkloadSettings[]> {
  const text = `${await machine.tell(`cat ${manifestFile}`)}\n`;
  const profile = /^profile: (\S+)$/m.exec(text)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-box-profiles-'));
  try {
    writeFileSync(join(folder, `${profile}.yaml`), await machine.tell(`cat ${profiles}/${profile}.yaml`));
    return checkManifest(manifestFile, text, folder).workloads;
  } finally {
    rmSync(folder, { recursive: true, force: true });
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
