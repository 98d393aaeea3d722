import type { Candidate } from './candidate.ts';
import { ageRuleOf, dueByAge, hourMs, hoursInWords, type MoveRule, type MoverPolicy } from './policy.ts';
import { pressureOf, reliefOf } from './pressure.ts';
import type { ObservedTier } from './room-ledger.ts';
import { nextWithin } from './window.ts';

/** The move by which an object last came to its tier. */
export interface LastMove {
  from: string;
  rule: MoveRule;
  reason: string;
}

/** Why an object is where it is, and what moves it next. */
export interface Explanation {
  why: string[];
  next: { rule: MoveRule; to: string; dueAt: Date | null; sentence: string } | null;
}

export interface ExplainInput {
  object: Candidate;
  tiers: readonly ObservedTier[];
  policy: MoverPolicy;
  lastMove: LastMove | undefined;
  /** Where a move in hand takes it. */
  onItsWayTo: string | undefined;
  isEnabled: boolean;
}

/** Explains by the same rules that plans are made of. */
export function explain(input: ExplainInput, now: Date): Explanation {
  const { object } = input;
  const why = [cameBy(input), ...wishesOf(object), ...obstaclesOf(input)];
  if (object.neverMove || object.damage !== null) return { why, next: null };
  return { why, next: byPin(input) ?? byUse(input, now) ?? byPressure(input, now) ?? byAge(input, now) };
}

function cameBy({ object, tiers, lastMove }: ExplainInput): string {
  if (lastMove) return `It came from ${lastMove.from} to ${object.tier}: ${lastMove.reason}.`;
  if (object.tier === tiers[0]?.settings.name)
    return `It lies on ${object.tier}, where everything new is stored, and has never moved.`;
  return `It lies on ${object.tier}; no move is on record that brought it there.`;
}

function wishesOf({ pinnedTier, neverMove, held }: Candidate): string[] {
  return [
    ...(pinnedTier === null ? [] : [`It is pinned to ${pinnedTier}.`]),
    ...(neverMove ? ['It is never to be moved.'] : []),
    ...(held ? ['It is held: it is never deleted, but moves like any other.'] : []),
  ];
}

function obstaclesOf({ object, tiers, policy, onItsWayTo, isEnabled }: ExplainInput): string[] {
  const tier = tiers.find(({ settings }) => settings.name === object.tier);
  const rule = ageRuleOf(policy, object);
  return [
    ...(onItsWayTo ? [`It is on its way to ${onItsWayTo}.`] : []),
    ...(object.damage === null ? [] : [`It is damaged and stays until that is mended: ${object.damage}`]),
    ...(tier?.state === 'ready' ? [] : [`${object.tier} is ${tier?.state ?? 'not declared'}: nothing moves to or from it.`]),
    ...(rule ? [] : [`No rule of age moves ${object.class}s from ${object.tier}.`]),
    ...(isEnabled ? [] : ['Moving by itself is switched off (mover.enabled); it moves when a run is asked for.']),
  ];
}

function byPin({ object }: ExplainInput): Explanation['next'] {
  if (object.pinnedTier === null) return null;
  const to = object.pinnedTier;
  return to === object.tier
    ? null
    : { rule: 'pin', to, dueAt: null, sentence: `It moves to ${to} at the next run, because it is pinned there.` };
}

function byUse({ object, tiers, policy }: ExplainInput, now: Date): Explanation['next'] {
  const [first] = tiers;
  const { promotion } = policy;
  if (
    object.pinnedTier !== null ||
    !first ||
    !promotion ||
    object.tier === first.settings.name ||
    object.recentReads < promotion.reads
  )
    return null;
  const dueAt = new Date(Math.max(now.getTime(), object.placedAt.getTime() + promotion.waitHours * hourMs));
  const sentence = `It was read ${object.recentReads} times in ${hoursInWords(promotion.withinHours)} and comes back to ${first.settings.name}.`;
  return { rule: 'promotion', to: first.settings.name, dueAt, sentence };
}

function byPressure({ object, tiers, policy }: ExplainInput, now: Date): Explanation['next'] {
  const tier = tiers.find(({ settings }) => settings.name === object.tier);
  if (object.pinnedTier !== null || !tier) return null;
  const { level } = pressureOf(tier);
  const [target] = reliefOf(tier, tiers);
  if (level === 'none' || !target) return null;
  const dueAt = level === 'critical' ? now : nextWithin(policy.window, now);
  const to = target.settings.name;
  return {
    rule: 'pressure',
    to,
    dueAt,
    sentence: `${object.tier} is short of room: it may move to ${to} if it is among what gives most.`,
  };
}

function byAge({ object, tiers, policy }: ExplainInput, now: Date): Explanation['next'] {
  const rule = ageRuleOf(policy, object);
  const tier = tiers.find(({ settings }) => settings.name === object.tier);
  if (object.pinnedTier !== null || !rule || !tier) return null;
  const due = dueByAge(rule, tier.settings.residenceHours, object);
  const dueAt = nextWithin(policy.window, due > now ? due : now);
  const sentence = `It moves to ${rule.to} when nobody has read it for ${hoursInWords(rule.idleHours)}, in the window from ${policy.window.from} to ${policy.window.to}.`;
  return { rule: 'age', to: rule.to, dueAt, sentence };
}
