import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { AnswerOf, Clock } from '#kernel';
import type { Appliance } from '#manifest';
import type { explainObject, MoveAnswer } from '../http/storage.contract.ts';
import { CLOCK } from '../storage.tokens.ts';
import { CandidateRepository } from './candidate.repository.ts';
import { explain, type LastMove } from './domain/explain.ts';
import { hourMs } from './domain/policy.ts';
import { objectNotFound } from './move-errors.ts';
import { MoveListRepository } from './move-list.repository.ts';
import { MoverPlanner } from './mover-planner.ts';
import { PlacementRepository } from './placement.repository.ts';

export type ObjectExplanation = AnswerOf<typeof explainObject>;

const movesShown = 10;

/** Why an object lies where it does. */
@Injectable()
export class PlacementService {
  constructor(
    @Inject(MoverPlanner) private readonly planner: MoverPlanner,
    @Inject(CandidateRepository) private readonly candidates: CandidateRepository,
    @Inject(MoveListRepository) private readonly moves: MoveListRepository,
    @Inject(PlacementRepository) private readonly placements: PlacementRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Throws STORAGE_OBJECT_NOT_FOUND. */
  async explain(objectId: string): Promise<ObjectExplanation> {
    requireAccess('storage.read');
    const now = this.clock.now();
    // Row-level security answers whether it is one of theirs.
    const own = await this.placements.verifiedAt(objectId);
    const object = own && (await this.candidates.find(objectId, this.planner.readsSince(now)));
    if (!own || !object) throw objectNotFound(objectId);
    const [tiers, history] = await Promise.all([this.planner.observeTiers(now), this.moves.of(objectId, movesShown)]);
    const { mover: policy } = this.appliance;
    const onItsWayTo = history.find(({ committedAt, endedAt }) => committedAt === null && endedAt === null)?.to;
    const { why, next } = explain(
      { object, tiers, policy, lastMove: lastOf(history, object.tier), onItsWayTo, isEnabled: policy.enabled },
      now,
    );
    const { organisationId: _, generation: __, placedAt, usedAt, ...rest } = object;
    return {
      ...rest,
      placedAt: placedAt.toISOString(),
      usedAt: usedAt.toISOString(),
      idleHours: Math.max(0, (now.getTime() - usedAt.getTime()) / hourMs),
      verifiedAt: own.verifiedAt?.toISOString() ?? null,
      why,
      next: next && { ...next, dueAt: next.dueAt?.toISOString() ?? null },
      history,
    };
  }
}

function lastOf(history: readonly MoveAnswer[], tier: string): LastMove | undefined {
  return history.find(({ committedAt, to }) => committedAt !== null && to === tier);
}
