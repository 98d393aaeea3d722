import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance, MoverSettings } from '#manifest';
import { TierSet } from '../tiers/tier-set.ts';
import { CandidateRepository } from './candidate.repository.ts';
import type { Candidate } from './domain/candidate.ts';
import { type Observed, type Plan, plan, type Skipped } from './domain/plan.ts';
import { type AgeRule, hoursAfter } from './domain/policy.ts';
import { pressureOf } from './domain/pressure.ts';
import type { ObservedTier } from './domain/room-ledger.ts';
import { isWithin } from './domain/window.ts';
import { MoveJournal } from './move-journal.repository.ts';

/** Looks at tiers and rows and has the pure planner decide; asking again for the same instant answers the same, unless the world has changed. */
@Injectable()
export class MoverPlanner {
  private readonly policy: MoverSettings;

  constructor(
    @Inject(TierSet) private readonly tiers: TierSet,
    @Inject(CandidateRepository) private readonly repository: CandidateRepository,
    @Inject(MoveJournal) private readonly journal: MoveJournal,
    @Inject(APPLIANCE) appliance: Appliance,
  ) {
    this.policy = appliance.mover;
  }

  /** What moves as of an instant. */
  async plan(now: Date, ignoresWindow: boolean): Promise<Plan> {
    return plan(await this.observe(now, ignoresWindow), this.policy, now);
  }

  /** The tiers with what moves in hand will still write. */
  async observeTiers(now: Date): Promise<ObservedTier[]> {
    const [seen, loads] = await Promise.all([this.tiers.lookAll(), this.journal.loads(hoursAfter(now, -24))]);
    return seen.map((tier) => ({
      ...tier,
      ...(loads.get(tier.settings.name) ?? { reservedBytes: 0, reservedFiles: 0, writtenTodayBytes: 0 }),
    }));
  }

  /** Since when reads count for promotion. */
  readsSince(now: Date): Date {
    return hoursAfter(now, -(this.policy.promotion?.withinHours ?? 0));
  }

  private async observe(now: Date, ignoresWindow: boolean): Promise<Observed> {
    const { promotion, ages, maxMovesPerRun: limit } = this.policy;
    const tiers = await this.observeTiers(now);
    const since = this.readsSince(now);
    const isOpen = ignoresWindow || isWithin(this.policy.window, now);
    const lists = [this.repository.misplaced(since, now, limit)];
    const [first] = tiers;
    if (promotion && first) lists.push(this.repository.wanted(since, now, first.settings.name, promotion.reads, limit));
    for (const tier of tiers)
      if (pressureOf(tier).level !== 'none') lists.push(this.repository.heavy(since, now, tier.settings.name, limit));
    const rules = isOpen ? ages.map((rule) => this.bounds(rule, tiers, now)) : [];
    lists.push(...rules.map((rule) => this.repository.idle(since, now, rule, limit)));
    const blocked = await Promise.all(rules.map((rule) => this.repository.idleButBlocked(now, rule)));
    return { tiers, candidates: unique((await Promise.all(lists)).flat()), blocked: merged(blocked.flat()), ignoresWindow };
  }

  private bounds(rule: AgeRule, tiers: readonly ObservedTier[], now: Date) {
    const residenceHours = tiers.find(({ settings }) => settings.name === rule.from)?.settings.residenceHours ?? 0;
    return {
      tier: rule.from,
      class: rule.class,
      usedBefore: hoursAfter(now, -rule.idleHours),
      placedBefore: hoursAfter(now, -residenceHours),
    };
  }
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.objectId, candidate])).values()];
}

function merged(skipped: readonly Skipped[]): Skipped[] {
  const byReason = new Map<string, Skipped>();
  for (const { reason, count, bytes } of skipped) {
    const known = byReason.get(reason);
    byReason.set(reason, { reason, count: count + (known?.count ?? 0), bytes: bytes + (known?.bytes ?? 0) });
  }
  return [...byReason.values()];
}
