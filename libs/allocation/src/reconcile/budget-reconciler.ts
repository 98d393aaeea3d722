import type { AgentStatus, DriftRecord, GenerationStatus } from '#agent-protocol';
import { editManifest, GenerationLog, placeOf } from '#generations';
import { asHoldfastError, HoldfastError } from '#kernel';
import { type Appliance, type Manifest, profileFolder, readManifest } from '#manifest';
import type { Errand, HostAnswer, HostView, Keeping, Obstacle, Plan, Reconciler, Values } from '#reconcile';
import type { Topology } from '../domain/topology.ts';
import type { FreshGpus } from '../gpu/fresh-gpus.ts';
import { mpsUnit } from '../gpu/render-mps.ts';
import { slicesOfServices } from '../render/unit-files.ts';
import type { AgentLink } from './agent-link.adapter.ts';
import {
  type BudgetOrder,
  budgetPlan,
  type DesiredBudgets,
  memoryObstacleOf,
  obstacleOf,
  type SeenBudgets,
  unfoundedObstacle,
} from './budget-plan.ts';
import type { BudgetPlanner } from './budget-planner.ts';
import { assignmentsOf, withValues } from './budget-values.ts';
import { settingChanges, settingReasons, withSentences } from './settings-reasons.ts';
import { planShares, type SharePart, unchangedShares } from './share-plan.ts';
import { shareAssignments, splitValues, withShareValues } from './share-values.ts';

/** What the domains of budgets work with. */
export interface BudgetParts {
  appliance: Appliance;
  agent: AgentLink;
  planner: BudgetPlanner;
  /** The machine that is planned for. */
  machine(): { topology: Topology; machineMb: number };
  gpus: Pick<FreshGpus, 'reading'>;
}

/** What is shown of the one plan, each with its title. */
const titles = { cores: 'Cores', memory: 'Memory', gpu: 'GPU' } as const;
type BudgetDomain = keyof typeof titles;
export const budgetDomains = Object.keys(titles) as BudgetDomain[];

/** Where nothing answers there is nothing in force: what would change is told against what is declared. */
export type SeenOrDeclared = Omit<SeenBudgets, 'inForce'> & { inForce: SeenBudgets['inForce'] | 'declared' };

const limitSubject = /\s(MemoryMin|MemoryHigh|MemoryMax|CPUWeight|IOWeight)$/;
/** Files and services that tell programs their shares of graphics cards. */
const shareSubject = new RegExp(`^holdfast-(api|worker@[a-z]+)\\.service(\\.d/| share of )|^${mpsUnit.replace('.', '\\.')}`);
const states = {
  applying: 'applying',
  armed: 'waiting',
  committed: 'committed',
  'rolling-back': 'rolling-back',
  'rolled-back': 'rolled-back',
} as const satisfies Record<GenerationStatus['state'], HostAnswer['state']>;

/**
 * Threads, CPUs, memory and weights of the declared workloads and their shares of graphics cards, put in force by the host agent. Three domains of one
 * plan: what they show differs, and shares change with values of shares or from their own domain alone.
 */
export class BudgetReconciler implements Reconciler<DesiredBudgets, SeenOrDeclared, BudgetOrder> {
  readonly domain: BudgetDomain;
  readonly title: string;
  readonly lane = 'agent-budgets';
  private readonly parts: BudgetParts;

  constructor(domain: BudgetDomain, parts: BudgetParts) {
    this.domain = domain;
    this.title = titles[domain];
    this.parts = parts;
  }

  async desire(values: Values): Promise<DesiredBudgets> {
    const { workloads: declared, gpu } = this.declared();
    const { budgets, shares } = splitValues(values);
    const cards = withShareValues(
      gpu.cards,
      declared.map(({ id }) => id),
      shares,
    );
    const isWished = this.domain === 'gpu' ? gpu.cards.length > 0 : Object.keys(shares).length > 0;
    return {
      declared,
      wished: withValues(declared, budgets),
      shares: { declared: gpu.cards, wished: isWished ? cards : null },
    };
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
    const obstacle = memoryObstacleOf(desired, seen.machineMb) ?? unfoundedObstacle(this.parts.appliance.settings, desired);
    if (obstacle) return obstacle;
    const inForce =
      seen.inForce === 'declared'
        ? await planner.asDeclared(seen.topology, desired.declared, desired.shares.declared)
        : seen.inForce;
    const shares = await this.sharePart(desired, inForce);
    if (!shares.feasible) return shares;
    const found = await planner.plan(seen.topology, desired.wished, inForce?.assignments);
    if (!found.feasible) return obstacleOf(found);
    const plan = budgetPlan(desired, { ...seen, inForce }, found, shares);
    const { appliance } = this.parts;
    const { changes, restarts } = settingChanges(appliance, desired, Object.keys(slicesOfServices(plan.files)));
    return {
      ...plan,
      changes: [...plan.changes, ...changes],
      restarts: [...new Set([...plan.restarts, ...restarts])],
      reasons: withSentences(plan.reasons, settingReasons(appliance, desired)),
    };
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
    const { workloads, gpu } = this.declared();
    const { budgets, shares } = splitValues(values);
    const cards = withShareValues(
      gpu.cards,
      workloads.map(({ id }) => id),
      shares,
    );
    const { set: limits, unset } = assignmentsOf(workloads, budgets);
    const set = [...limits, ...shareAssignments(gpu.cards, cards)];
    const log = new GenerationLog(placeOf(appliance));
    const changed = set.length + unset.length > 0 ? await editManifest(log, { set, unset }, keeping) : undefined;
    // What this process tells of the machine follows at once; the others read the manifest when they start.
    Object.assign(appliance, pickDeclared(this.declared()));
    return changed?.generation ?? null;
  }

  async drift(): Promise<{ watched: boolean; records: DriftRecord[] }> {
    const { state, drift } = await this.parts.agent.observe();
    const isDeclared = this.domain !== 'gpu' || (await this.parts.agent.call('api', 'status', {})).gpu !== null;
    return {
      watched: state !== 'undeclared' && isDeclared,
      records: drift.filter(({ subject }) => ownerOf(subject) === this.domain),
    };
  }

  async heal(which: { kind?: string; subject?: string }, by: string): Promise<{ healed: number }> {
    // Shares are files and programs: neither is put right unasked.
    if (this.domain === 'gpu') return { healed: 0 };
    const kind = (['P', 'K', 'I'] as const).find((known) => known === which.kind);
    if (which.kind !== undefined && kind === undefined) return { healed: 0 };
    const asked = { ...(kind ? { kind } : {}), ...(which.subject ? { subject: which.subject } : {}) };
    const { healed } = await this.parts.agent.call(by, 'cores.heal', asked);
    return { healed: healed.length };
  }

  /** Read anew each time: the manifest may have another generation by now. */
  private declared(): Pick<Manifest, 'workloads' | 'gpu'> {
    const { manifestFile, checkout } = this.parts.appliance;
    return readManifest(manifestFile, profileFolder(checkout));
  }

  private async sharePart({ wished, shares }: DesiredBudgets, inForce: SeenBudgets['inForce']): Promise<SharePart | Obstacle> {
    const ids = wished.map(({ id }) => id);
    const held = inForce?.gpu ?? null;
    if (shares.wished === null) return unchangedShares(held, ids);
    return planShares({ declared: shares.declared, wished: shares.wished }, await this.parts.gpus.reading(), held, ids);
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

function pickDeclared({ workloads, gpu }: Pick<Manifest, 'workloads' | 'gpu'>): Pick<Manifest, 'workloads' | 'gpu'> {
  return { workloads, gpu };
}

/** Whose departure it is. */
function ownerOf(subject: string): BudgetDomain {
  if (limitSubject.test(subject)) return 'memory';
  return shareSubject.test(subject) ? 'gpu' : 'cores';
}

function inForceOf({ budgets, assignments, gpu }: AgentStatus): SeenBudgets['inForce'] {
  return budgets && assignments ? { budgets, assignments, gpu } : null;
}

/** The end of "host control unavailable: …". */
function whyNot(thrown: unknown): string {
  const error = asHoldfastError(thrown);
  if (!(thrown instanceof HoldfastError)) throw thrown;
  return error.message.replace(/^host control unavailable: /, '');
}
