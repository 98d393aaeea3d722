import type { AgentStatus, DriftRecord, GenerationStatus } from '#agent-protocol';
import { editManifest, GenerationLog, placeOf } from '#generations';
import { asHoldfastError, HoldfastError } from '#kernel';
import { type Appliance, profileFolder, readManifest, type WorkloadSettings } from '#manifest';
import type { Errand, HostAnswer, HostView, Keeping, Obstacle, Plan, Reconciler, Values } from '#reconcile';
import type { Topology } from '../domain/topology.ts';
import type { AgentLink } from './agent-link.adapter.ts';
import {
  type BudgetOrder,
  budgetPlan,
  type DesiredBudgets,
  memoryObstacleOf,
  obstacleOf,
  type SeenBudgets,
} from './budget-plan.ts';
import type { BudgetPlanner } from './budget-planner.ts';
import { assignmentsOf, withValues } from './budget-values.ts';
import { settingReasons, withSentences } from './settings-reasons.ts';

/** What the domains of budgets work with. */
export interface BudgetParts {
  appliance: Appliance;
  agent: AgentLink;
  planner: BudgetPlanner;
  /** The machine that is planned for. */
  machine(): { topology: Topology; machineMb: number };
}

/** Where nothing answers there is nothing in force: what would change is told against what is declared. */
export type SeenOrDeclared = Omit<SeenBudgets, 'inForce'> & { inForce: SeenBudgets['inForce'] | 'declared' };

const limitSubject = /\s(MemoryMin|MemoryHigh|MemoryMax|CPUWeight|IOWeight)$/;
const states = {
  applying: 'applying',
  armed: 'waiting',
  committed: 'committed',
  'rolling-back': 'rolling-back',
  'rolled-back': 'rolled-back',
} as const satisfies Record<GenerationStatus['state'], HostAnswer['state']>;

/** Threads, CPUs, memory and weights of the declared workloads, put in force by the host agent. Two domains of one plan: what they show differs. */
export class BudgetReconciler implements Reconciler<DesiredBudgets, SeenOrDeclared, BudgetOrder> {
  readonly domain: 'cores' | 'memory';
  readonly title: string;
  readonly lane = 'agent-budgets';
  private readonly parts: BudgetParts;

  constructor(domain: 'cores' | 'memory', parts: BudgetParts) {
    this.domain = domain;
    this.title = { cores: 'Cores', memory: 'Memory' }[domain];
    this.parts = parts;
  }

  async desire(values: Values): Promise<DesiredBudgets> {
    const declared = this.declared();
    return { declared, wished: withValues(declared, values) };
  }

  async observe(): Promise<{ host: HostView; seen: SeenOrDeclared }> {
    const machine = this.parts.machine();
    try {
      const status = await this.parts.agent.call('api', 'status', {});
      const { generation, planId } = status;
      const seen = { ...machine, baseGeneration: generation, inForce: inForceOf(status) };
      return { host: { problem: null, generation, planId }, seen };
    } catch (error) {
      const problem = whyNot(error);
      const seen = { ...machine, baseGeneration: 0, inForce: 'declared' as const };
      return { host: { problem, generation: null, planId: null }, seen };
    }
  }

  async plan(desired: DesiredBudgets, seen: SeenOrDeclared): Promise<Plan<BudgetOrder> | Obstacle> {
    const { planner } = this.parts;
    if (desired.wished.length === 0) return nothingDeclared;
    const obstacle = memoryObstacleOf(desired, seen.machineMb);
    if (obstacle) return obstacle;
    const inForce = seen.inForce === 'declared' ? await planner.asDeclared(seen.topology, desired.declared) : seen.inForce;
    const found = await planner.plan(seen.topology, desired.wished, inForce?.assignments);
    if (!found.feasible) return obstacleOf(found);
    const plan = budgetPlan(desired, { ...seen, inForce }, found);
    return { ...plan, reasons: withSentences(plan.reasons, settingReasons(this.parts.appliance, desired)) };
  }

  async apply({ changeId, order, confirmSeconds, by }: Errand<BudgetOrder>): Promise<HostAnswer> {
    const times = { idempotencyKey: changeId, deadManSeconds: confirmSeconds };
    return answerOf(await this.parts.agent.call(by, 'cores.apply', { ...order, ...times }));
  }

  async find({ changeId, by }: Errand<BudgetOrder>): Promise<HostAnswer> {
    const { change } = await this.parts.agent.call(by, 'cores.find', { idempotencyKey: changeId });
    return change ? answerOf(change) : { state: 'unknown', generation: null, deadline: null, reason: null };
  }

  confirm(errand: Errand<BudgetOrder>): Promise<HostAnswer> {
    return this.decide('cores.confirm', errand);
  }

  rollback(errand: Errand<BudgetOrder>): Promise<HostAnswer> {
    return this.decide('cores.rollback', errand);
  }

  async keep(values: Values, keeping: Keeping): Promise<number | null> {
    const { appliance } = this.parts;
    const set = assignmentsOf(this.declared(), values);
    const log = new GenerationLog(placeOf(appliance));
    const changed = set.length > 0 ? await editManifest(log, { set }, keeping) : undefined;
    // What this process tells of the machine follows at once; the others read the manifest when they start.
    appliance.workloads = this.declared();
    return changed?.generation ?? null;
  }

  async drift(): Promise<{ watched: boolean; records: DriftRecord[] }> {
    const { state, drift } = await this.parts.agent.observe();
    const isOwn = ({ subject }: DriftRecord) => limitSubject.test(subject) === (this.domain === 'memory');
    return { watched: state !== 'undeclared', records: drift.filter(isOwn) };
  }

  async heal(which: { kind?: string; subject?: string }, by: string): Promise<{ healed: number }> {
    const kind = (['P', 'K', 'I'] as const).find((known) => known === which.kind);
    if (which.kind !== undefined && kind === undefined) return { healed: 0 };
    const asked = { ...(kind ? { kind } : {}), ...(which.subject ? { subject: which.subject } : {}) };
    const { healed } = await this.parts.agent.call(by, 'cores.heal', asked);
    return { healed: healed.length };
  }

  /** Read anew each time: the manifest may have another generation by now. */
  private declared(): WorkloadSettings[] {
    const { manifestFile, checkout } = this.parts.appliance;
    return readManifest(manifestFile, profileFolder(checkout)).workloads;
  }

  private async decide(verb: 'cores.confirm' | 'cores.rollback', errand: Errand<BudgetOrder>): Promise<HostAnswer> {
    const generation = errand.generation ?? (await this.find(errand)).generation;
    if (generation === null) return this.find(errand);
    return answerOf(await this.parts.agent.call(errand.by, verb, { generation }));
  }
}

const nothingDeclared: Obstacle = {
  ...{ feasible: false, code: 'NOTHING_DECLARED', needed: null, available: null, nearestFeasible: null },
  message: 'The manifest declares no workloads: everybody runs everywhere, and there is nothing to plan.',
};

function answerOf({ state, generation, confirmBy, reason }: GenerationStatus): HostAnswer {
  return { state: states[state], generation, deadline: confirmBy, reason };
}

function inForceOf({ budgets, assignments }: AgentStatus): SeenBudgets['inForce'] {
  return budgets && assignments ? { budgets, assignments } : null;
}

/** The end of "host control unavailable: …". */
function whyNot(thrown: unknown): string {
  const error = asHoldfastError(thrown);
  if (!(thrown instanceof HoldfastError)) throw thrown;
  return error.message.replace(/^host control unavailable: /, '');
}
