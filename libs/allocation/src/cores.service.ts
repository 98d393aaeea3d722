import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import { type AnswerOf, HoldfastError, type InputOf } from '#kernel';
import { type Appliance, profileFolder, profiles, readManifest, type WorkloadSettings } from '#manifest';
import { CpuLoadMeter, type MachineLoad } from './cpu-load.adapter.ts';
import type { CorePlan, Infeasible } from './domain/core-plan.ts';
import { type Topology, topologyHash } from './domain/topology.ts';
import type { NoProposal, Proposal } from './forecast/propose-budgets.ts';
import type { SliceLoad } from './forecast/slice-demand.ts';
import { HostControl } from './host-control.adapter.ts';
import type { getCores, tryCoreBudgets } from './http/cores.contract.ts';
import { MachinePaths } from './machine-paths.ts';
import { obstacleAnswer, planAnswer, workloadAnswer } from './plan-answers.ts';
import { Planner } from './planner.adapter.ts';
import { readTopology } from './topology-reader.adapter.ts';

type Profile = Appliance['profile'];
type CoresAnswer = AnswerOf<typeof getCores>;

/** Cores come and go seldom, and reading them opens a dozen files for each CPU. */
const topologyLastsMs = 5000;

/** The machine's cores, the plan for them, and what other budgets would change. Changes nothing. */
@Injectable()
export class CoresService {
  private seen: { atMs: number; sysfs: string; topology: Topology; hash: string } | undefined;
  private readonly plans = new Map<string, Promise<CorePlan | Infeasible>>();
  private declarations: CoresAnswer['trials'] | undefined;

  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(MachinePaths) private readonly paths: MachinePaths,
    @Inject(CpuLoadMeter) private readonly meter: CpuLoadMeter,
    @Inject(Planner) private readonly planner: Planner,
    @Inject(HostControl) private readonly host: HostControl,
  ) {}

  /** Throws CORES_TOPOLOGY_UNREADABLE. */
  async describe(): Promise<CoresAnswer> {
    requireAccess('box.read');
    const { profile, workloads } = this.appliance;
    const { domains, cores, isolated, offline } = this.machine().topology;
    const load = await this.meter.read().catch((cause: unknown) => cause as HoldfastError);
    const isKnown = !(load instanceof Error);
    const found = workloads.length > 0 ? await this.planOf(workloads) : undefined;
    const reason = await this.host.whyNot();
    return {
      profile,
      topology: {
        domains: domains.map(({ id, bytes, node }) => ({ id, bytes, node })),
        cores: cores.map(({ id, cpus, domain, node, kind }) => ({ id, cpus, domain, node, kind })),
        isolated,
        offline,
      },
      workloads: workloads.map(workloadAnswer),
      plan: found?.feasible ? planAnswer(found) : null,
      obstacle: found && !found.feasible ? obstacleAnswer(found) : null,
      load: isKnown ? load : null,
      loadProblem: isKnown ? null : load.message,
      hostControl: { available: reason === null, reason },
      trials: this.trials(),
    };
  }

  /** Throws CORES_LOAD_UNREADABLE. */
  load(): Promise<MachineLoad> {
    requireAccess('box.read');
    return this.meter.read();
  }

  /** Throws CORES_CHANGE_INVALID for a workload that there is not, CORES_NOTHING_DECLARED where there is none at all. */
  async tryBudgets({ profile, threads }: InputOf<typeof tryCoreBudgets>['body']): Promise<AnswerOf<typeof tryCoreBudgets>> {
    requireAccess('box.read');
    const budgets = profile ? this.declaredBy(profile) : this.appliance.workloads;
    if (budgets.length === 0) throw nothingDeclared(profile ?? this.appliance.profile);
    const unknown = Object.keys(threads).find((id) => !budgets.some((budget) => budget.id === id));
    if (unknown !== undefined) throw noSuchWorkload(unknown, budgets);
    const before = await this.planOf(budgets);
    const tried = await this.planner.try({ topology: this.machine().topology, budgets }, { threads, before });
    return {
      threads: tried.threads,
      before: tried.before.feasible ? planAnswer(tried.before) : null,
      after: tried.after.feasible ? planAnswer(tried.after) : null,
      obstacle: tried.after.feasible ? null : obstacleAnswer(tried.after),
      better: tried.better,
      worse: tried.worse,
    };
  }

  /** What measured load suggests for what is declared. Throws CORES_NOTHING_DECLARED. */
  propose(load: SliceLoad): Promise<Proposal | NoProposal> {
    requireAccess('box.read');
    const { workloads, profile } = this.appliance;
    if (workloads.length === 0) throw nothingDeclared(profile);
    return this.planner.propose({ topology: this.machine().topology, budgets: workloads }, load);
  }

  private machine(): { topology: Topology; hash: string } {
    const { sysfs } = this.paths;
    const atMs = Date.now();
    if (this.seen?.sysfs !== sysfs || atMs - this.seen.atMs > topologyLastsMs) {
      const topology = readTopology(sysfs);
      this.seen = { atMs, sysfs, topology, hash: topologyHash(topology) };
    }
    return this.seen;
  }

  /** What is declared does not change while the process runs; the machine seldom does. */
  private planOf(budgets: readonly WorkloadSettings[]): Promise<CorePlan | Infeasible> {
    const { topology, hash } = this.machine();
    const key = `${hash} ${budgets.map(({ id, threads }) => `${id}=${threads}`).join(' ')}`;
    const plan = this.plans.get(key) ?? this.planner.plan({ topology, budgets });
    this.plans.clear();
    this.plans.set(key, plan);
    // A plan that failed is made anew.
    plan.catch(() => this.plans.delete(key));
    return plan;
  }

  private trials(): CoresAnswer['trials'] {
    this.declarations ??= profiles
      .map((profile) => ({ profile, workloads: this.declaredBy(profile).map(workloadAnswer) }))
      .filter(({ workloads }) => workloads.length > 0);
    return this.declarations;
  }

  private declaredBy(profile: Profile): WorkloadSettings[] {
    const folder = profileFolder(this.appliance.checkout);
    return readManifest(join(folder, `${profile}.yaml`), folder).workloads;
  }
}

function nothingDeclared(profile: Profile): HoldfastError {
  return new HoldfastError('CORES_NOTHING_DECLARED', {
    kind: 'invalid',
    message: `The profile ${profile} declares no workloads: everybody runs everywhere, and there is nothing to plan.`,
    action: 'Declare workloads in the manifest, or try the budgets of a profile.',
  });
}

function noSuchWorkload(id: string, budgets: readonly WorkloadSettings[]): HoldfastError {
  return new HoldfastError('CORES_CHANGE_INVALID', {
    kind: 'invalid',
    message: `There is no workload ${id}.`,
    action: `The workloads are ${budgets.map((budget) => budget.id).join(', ')}.`,
  });
}
