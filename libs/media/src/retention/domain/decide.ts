import type { assetKinds } from '../../http/asset.contract.ts';
import { type AssetClass, classOf, type Policies } from './retention-class.ts';

const dayMs = 86_400_000;

/** What retention needs to know of an asset. */
export interface Candidate {
  assetId: string;
  kind: (typeof assetKinds)[number];
  addedAt: Date;
  trashedAt: Date | null;
  /** Its original and what was made of it. */
  objects: number;
  bytes: number;
  /** Some hold stands on it, or on bytes that it shares. */
  isHeld: boolean;
  /** One of its objects is on its way to another tier, or its old copy is still to go. */
  isMoving: boolean;
}

/** When an asset's time is up, and by which class. */
export interface Due {
  class: AssetClass;
  at: Date;
}

/** What is to be done with an asset at an instant. `held` and `moving` would go otherwise. */
export type Decision = { verdict: 'keep'; due: Due | undefined } | { verdict: 'delete' | 'held' | 'moving'; due: Due };

/** The first day on which a policy deletes an asset, holds aside; undefined where none does. */
export function dueOf(
  { kind, addedAt, trashedAt }: Pick<Candidate, 'kind' | 'addedAt' | 'trashedAt'>,
  policies: Policies,
): Due | undefined {
  const own = classOf(kind);
  const dues: Due[] = [];
  const ownDays = policies[own];
  if (ownDays !== null) dues.push({ class: own, at: daysAfter(addedAt, ownDays) });
  if (trashedAt && policies.trash !== null) dues.push({ class: 'trash', at: daysAfter(trashedAt, policies.trash) });
  return dues.sort((left, right) => left.at.getTime() - right.at.getTime())[0];
}

/** Decides by policies alone what becomes of an asset at an instant. A hold wins over everything; what moves waits. */
export function decide(asset: Candidate, policies: Policies, instant: Date): Decision {
  const due = dueOf(asset, policies);
  if (!due || due.at > instant) return { verdict: 'keep', due };
  if (asset.isHeld) return { verdict: 'held', due };
  return { verdict: asset.isMoving ? 'moving' : 'delete', due };
}

/** An instant so many days later. */
export function daysAfter(start: Date, days: number): Date {
  return new Date(start.getTime() + days * dayMs);
}

/** Things of a class that are older than this are due; undefined where they are kept for ever. */
export function cutoffOf(days: number | null, instant: Date): Date | undefined {
  return days === null ? undefined : daysAfter(instant, -days);
}
