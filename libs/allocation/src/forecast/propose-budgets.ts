import type { Budget } from '../domain/budget.ts';
import type { CorePlan } from '../domain/core-plan.ts';
import { planCores } from '../domain/plan-cores.ts';
import type { Topology } from '../domain/topology.ts';
import { tryBudgets } from '../domain/what-if.ts';
import { type Demand, isMovable, measureDemand, type SliceLoad, tightShare } from './slice-demand.ts';

const dayMs = 86_400_000;
/** A week: what happens on one weekday only is seen at least once. */
const leastDays = 7;
/** With two weeks and more, the last one is held back to see whether the proposal would have helped. */
const daysToHoldBack = 14;
/** Gaps (the box was off) may be half of the time. */
const leastCoverage = 0.5;

/** Another budget of one workload, and what it is measured by. */
export interface ProposedChange {
  id: string;
  from: number;
  to: number;
  because: string;
}

/** Minutes of a week that are tighter than the class of a workload should have them. */
export interface ExpectedEffect {
  id: string;
  tightMinutesBefore: number;
  tightMinutesAfter: number;
}

/** A better set of budgets. Nobody applies it but who is asked. */
export interface Proposal {
  kind: 'proposal';
  changes: ProposedChange[];
  /** Threads of every budget, the reserve among them. */
  threads: Record<string, number>;
  plan: CorePlan;
  effect: ExpectedEffect[];
  /** Whether the effect was measured on a week that the proposal had not seen. */
  isHeldOut: boolean;
  evidence: Demand[];
}

/** Why nothing is proposed. */
export interface NoProposal {
  kind: 'none';
  code: 'TOO_LITTLE_MEASURED' | 'BUDGETS_FIT' | 'NOTHING_TO_GIVE';
  message: string;
  evidence: Demand[];
}

interface Question {
  topology: Topology;
  budgets: readonly Budget[];
  load: SliceLoad;
  /** What is in force. */
  previous?: CorePlan['assignments'];
}

const urgency: Partial<Record<Budget['class'], number>> = { latency: 8, throughput: 4, noisy: 2, background: 1 };

/**
 * Proposes other thread counts from measured load: who was tight gets cores from whoever needed fewer, one core at a time, to whom it helps
 * most, as long as a plan exists and none of its graver faults grow. The reserve is touched only where it declares `minThreads`.
 */
export function proposeBudgets(question: Question): Proposal | NoProposal {
  const { budgets, load } = question;
  const span = spanOf(load);
  const movable = budgets.filter((budget) => isMovable(budget) && (load.get(budget.id)?.length ?? 0) > 0);
  const evidence = movable.map((budget) => measureDemand(budget, load.get(budget.id) ?? []));
  if (span.days < leastDays || span.coverage < leastCoverage)
    return {
      kind: 'none',
      code: 'TOO_LITTLE_MEASURED',
      message: `${span.days.toFixed(1)} days are measured, ${Math.round(span.coverage * 100)} % of their minutes; it takes ${leastDays} days and ${leastCoverage * 100} %.`,
      evidence,
    };
  const isHeldOut = span.days >= daysToHoldBack;
  const seenUntil = isHeldOut ? span.toMs - 7 * dayMs : Number.POSITIVE_INFINITY;
  const seen = movable.map((budget) =>
    measureDemand(
      budget,
      (load.get(budget.id) ?? []).filter(({ atMs }) => atMs < seenUntil),
    ),
  );
  const wanting = seen.filter((demand) => demand.needed > threadsOf(budgets, demand.id));
  if (wanting.length === 0)
    return {
      kind: 'none',
      code: 'BUDGETS_FIT',
      message: 'Everybody had enough threads, as its class should have them.',
      evidence,
    };
  const threads = shift(question, seen);
  const changes = changesOf(budgets, threads, seen);
  const plan = planWith(question, threads);
  if (changes.length === 0 || !plan.feasible)
    return {
      kind: 'none',
      code: 'NOTHING_TO_GIVE',
      message: `${wanting.map(({ id, needed }) => `${id} could use ${threadCount(needed)}`).join(', ')}, and nobody has a core to spare that would fit there.`,
      evidence,
    };
  const judged = isHeldOut ? seenUntil : span.fromMs;
  const effect = movable.map((budget) => {
    const minutes = (load.get(budget.id) ?? []).filter(({ atMs }) => atMs >= judged);
    const perWeek = (count: number) => Math.round(tightShare(budget, count, minutes) * 7 * 1440);
    return {
      id: budget.id,
      tightMinutesBefore: perWeek(budget.threads),
      tightMinutesAfter: perWeek(threads[budget.id] ?? budget.threads),
    };
  });
  return { kind: 'proposal', changes, threads: plan.threads, plan: plan.plan, effect, isHeldOut, evidence };
}

/** Moves one core after the other from whoever needs fewer to whom it helps most. */
function shift(question: Question, seen: readonly Demand[]): Record<string, number> {
  const { budgets, topology } = question;
  const step = Math.max(...topology.cores.map(({ cpus }) => cpus.length));
  let threads: Record<string, number> = {};
  const now = (id: string) => threads[id] ?? threadsOf(budgets, id);
  const refused = new Set<string>();
  for (;;) {
    const wanting = seen
      .filter(({ id, needed }) => needed > now(id) && !refused.has(id))
      .sort(
        (a, b) => gain(question, b.id, now(b.id), step) - gain(question, a.id, now(a.id), step) || (a.id < b.id ? -1 : 1),
      )[0];
    if (!wanting) return threads;
    const given = givers(question, seen, now, step)
      .map((giver) => ({ ...threads, [wanting.id]: now(wanting.id) + step, ...(giver ? { [giver]: now(giver) - step } : {}) }))
      .find((candidate) => planWith(question, candidate).feasible);
    if (given) threads = given;
    else refused.add(wanting.id);
  }
}

/** Who can do without a core: the least urgent first, then who has the most to spare; the reserve (null) last, where it may shrink. */
function givers({ budgets }: Question, seen: readonly Demand[], now: (id: string) => number, step: number): (string | null)[] {
  const spare = seen
    .map(({ id, needed }) => ({ id, spare: now(id) - Math.max(needed, minimumOf(budgets, id), 1) }))
    .filter(({ spare }) => spare >= step)
    .sort((a, b) => urgencyOf(budgets, a.id) - urgencyOf(budgets, b.id) || b.spare - a.spare || (a.id < b.id ? -1 : 1));
  const reserve = budgets.find((budget) => budget.class === 'reserve');
  const taken = budgets.reduce((sum, { id, class: kind, threads }) => (kind === 'reserve' ? sum : sum + now(id) - threads), 0);
  const left = (reserve?.threads ?? 0) - taken;
  const mayShrink = reserve?.minThreads !== undefined && left - step >= reserve.minThreads;
  return [...spare.map(({ id }) => id), ...(mayShrink ? [null] : [])];
}

/** What one more core is worth: minutes that are no longer tight, weighed by class. */
function gain({ budgets, load }: Question, id: string, threads: number, step: number): number {
  const budget = budgets.find((one) => one.id === id);
  if (!budget) return 0;
  const minutes = load.get(id) ?? [];
  const relief = tightShare(budget, threads, minutes) - tightShare(budget, threads + step, minutes);
  return urgencyOf(budgets, id) * relief;
}

/** The plan with other threads; not feasible also where faults that are declared to matter would grow. */
function planWith(
  { topology, budgets, previous }: Question,
  changed: Readonly<Record<string, number>>,
): { feasible: true; plan: CorePlan; threads: Record<string, number> } | { feasible: false } {
  const before = planCores({ topology, budgets, previous });
  const { after, worse, threads } = tryBudgets({ topology, budgets }, changed, before);
  const isGrave = worse.some(({ part }) =>
    ['crossings', 'nodeCrossings', 'apartViolations', 'noisyBesideLatency'].includes(part),
  );
  return after.feasible && !isGrave ? { feasible: true, plan: after, threads } : { feasible: false };
}

function changesOf(
  budgets: readonly Budget[],
  threads: Readonly<Record<string, number>>,
  seen: readonly Demand[],
): ProposedChange[] {
  return budgets.flatMap(({ id, threads: from }) => {
    const to = threads[id] ?? from;
    const demand = seen.find((one) => one.id === id);
    if (to === from || !demand) return [];
    const often = `${(demand.tight * 100).toFixed(1)} % of ${demand.minutes} minutes`;
    const because =
      to > from
        ? `too tight in ${often}; ${threadCount(demand.needed)} would have been enough`
        : `${threadCount(demand.needed)} would have been enough (95 of 100 minutes below ${demand.p95.toFixed(1)} CPUs)`;
    return [{ id, from, to, because }];
  });
}

function threadCount(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}

function spanOf(load: SliceLoad): { fromMs: number; toMs: number; days: number; coverage: number } {
  const series = [...load.values()].filter((minutes) => minutes.length > 0);
  if (series.length === 0) return { fromMs: 0, toMs: 0, days: 0, coverage: 0 };
  const fromMs = Math.min(...series.map((minutes) => minutes[0]?.atMs ?? 0));
  const toMs = Math.max(...series.map((minutes) => minutes.at(-1)?.atMs ?? 0)) + 60_000;
  const most = Math.max(...series.map(({ length }) => length));
  return { fromMs, toMs, days: (toMs - fromMs) / dayMs, coverage: most / ((toMs - fromMs) / 60_000) };
}

function urgencyOf(budgets: readonly Budget[], id: string): number {
  return urgency[budgets.find((budget) => budget.id === id)?.class ?? 'background'] ?? 1;
}

function threadsOf(budgets: readonly Budget[], id: string): number {
  return budgets.find((budget) => budget.id === id)?.threads ?? 0;
}

function minimumOf(budgets: readonly Budget[], id: string): number {
  return budgets.find((budget) => budget.id === id)?.minThreads ?? 1;
}
