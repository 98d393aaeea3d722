import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { type Sql, TenantDatabase } from '#database';
import { type AnswerOf, type Clock, HoldfastError, type InputOf, newId } from '#kernel';
import { assetNotFound } from '../assets/asset.service.ts';
import { AssetChanges } from '../assets/asset-changes.ts';
import type { checkHolds } from '../http/hold-check.contract.ts';
import type { getAssetRetention, HoldAnswer, listHolds, placeHold } from '../http/retention.contract.ts';
import { CandidateRepository } from './candidate.repository.ts';
import { dueOf } from './domain/decide.ts';
import { HoldRepository, type HoldRow } from './hold.repository.ts';
import { PolicyRepository } from './policy.repository.ts';
import { RETENTION_CLOCK } from './retention.tokens.ts';
import { holdEmpty, holdNotFound, holdReleased } from './retention-errors.ts';

/** Legal holds: what must not be deleted, whatever policies say. */
@Injectable()
export class HoldService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(HoldRepository) private readonly holds: HoldRepository,
    @Inject(CandidateRepository) private readonly candidates: CandidateRepository,
    @Inject(PolicyRepository) private readonly policies: PolicyRepository,
    @Inject(AssetChanges) private readonly changes: AssetChanges,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(RETENTION_CLOCK) private readonly clock: Clock,
  ) {}

  async list(): Promise<AnswerOf<typeof listHolds>> {
    requireAccess('retention.read');
    return { items: (await this.database.run((sql) => this.holds.list(sql))).map(answerOf) };
  }

  /** Places a hold on assets, or on a collection: what is in it and what comes into it. Throws HOLD_EMPTY or COLLECTION_NOT_FOUND. */
  place({ name, reason, assetIds, collectionId }: InputOf<typeof placeHold>['body']): Promise<HoldAnswer> {
    requireAccess('hold.update');
    return this.database.run(async (sql) => {
      await this.holds.queueUp(sql);
      const ids = collectionId ? await this.holds.lockCollection(sql, collectionId) : assetIds;
      if (ids === undefined) throw collectionNotFound(String(collectionId));
      const id = newId();
      await this.holds.add(sql, { id, name, reason, collectionId: collectionId ?? null, placedAt: this.clock.now() });
      const held = await this.holds.hold(sql, id, ids);
      if (held.length === 0 && !collectionId) throw holdEmpty();
      await this.changes.touch(sql, held);
      await this.record(sql, 'hold.placed', id, { name, reason, collectionId: collectionId ?? null, assets: held.length });
      return answerOf(await this.require(sql, id));
    });
  }

  /** Which of the assets are held already, and by which holds. */
  check(ids: string[]): Promise<AnswerOf<typeof checkHolds>> {
    requireAccess('retention.read');
    return this.database.run(async (sql) => ({
      ...(await this.holds.countHeld(sql, ids)),
      holds: await this.holds.standingOn(sql, ids),
    }));
  }

  /** Puts more assets under a hold. Throws HOLD_NOT_FOUND or HOLD_RELEASED. */
  add(id: string, ids: string[]): Promise<HoldAnswer> {
    requireAccess('hold.update');
    return this.database.run(async (sql) => {
      await this.holds.queueUp(sql);
      await this.requireStanding(sql, id);
      const held = await this.holds.hold(sql, id, ids);
      await this.changes.touch(sql, held);
      if (held.length > 0) await this.record(sql, 'hold.extended', id, { assetIds: held });
      return answerOf(await this.require(sql, id));
    });
  }

  /** Releases a hold. Objects under another hold stay held. Throws HOLD_NOT_FOUND or HOLD_RELEASED. */
  release(id: string, reason: string): Promise<HoldAnswer> {
    requireAccess('hold.update');
    return this.database.run(async (sql) => {
      await this.holds.queueUp(sql);
      const { name } = await this.requireStanding(sql, id);
      const freed = await this.holds.release(sql, id, reason, this.clock.now());
      await this.changes.touch(sql, freed);
      await this.record(sql, 'hold.released', id, { name, reason, assets: freed.length });
      return answerOf(await this.require(sql, id));
    });
  }

  /** How long an asset stays: who holds it, and when it goes for good. Throws MEDIA_ASSET_NOT_FOUND. */
  ofAsset(id: string): Promise<AnswerOf<typeof getAssetRetention>> {
    requireAccess('asset.read');
    return this.database.run(async (sql) => {
      const [asset] = await this.candidates.find(sql, [id]);
      if (!asset) throw assetNotFound(id);
      const due = dueOf(asset, await this.policies.current(sql));
      const holds = await this.holds.ofAsset(sql, id);
      return {
        holds: holds.map(({ placedAt, ...hold }) => ({ ...hold, placedAt: placedAt.toISOString() })),
        held: asset.isHeld,
        due: due ? { class: due.class, at: due.at.toISOString() } : null,
      };
    });
  }

  private async requireStanding(sql: Sql, id: string): Promise<HoldRow> {
    await this.holds.lock(sql, id);
    const hold = await this.require(sql, id);
    if (hold.releasedAt) throw holdReleased(hold.name);
    return hold;
  }

  private async require(sql: Sql, id: string): Promise<HoldRow> {
    const hold = await this.holds.find(sql, id);
    if (!hold) throw holdNotFound(id);
    return hold;
  }

  private record(sql: Sql, action: string, id: string, detail: Record<string, unknown>): Promise<void> {
    return this.audit.record(sql, { action, target: { kind: 'hold', id }, detail });
  }
}

function collectionNotFound(id: string): HoldfastError {
  return new HoldfastError('COLLECTION_NOT_FOUND', { kind: 'not-found', message: `There is no collection ${id}.` });
}

function answerOf({ collectionId, collectionName, placedAt, releasedAt, ...hold }: HoldRow): HoldAnswer {
  return {
    ...hold,
    collection: collectionId === null ? null : { id: collectionId, name: collectionName },
    placedAt: placedAt.toISOString(),
    releasedAt: releasedAt?.toISOString() ?? null,
  };
}
