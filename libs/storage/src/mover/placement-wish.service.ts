import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import type { PlacementWishes } from '../http/storage.contract.ts';
import { TierSet } from '../tiers/tier-set.ts';
import { objectNotFound } from './move-errors.ts';
import { PlacementRepository } from './placement.repository.ts';

/** What people wish about where objects lie. */
@Injectable()
export class PlacementWishService {
  constructor(
    @Inject(PlacementRepository) private readonly placements: PlacementRepository,
    @Inject(TierSet) private readonly tiers: TierSet,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** Writes wishes for objects down, with the record of who wished. Throws STORAGE_TIER_UNKNOWN, STORAGE_OBJECT_NOT_FOUND. */
  async wish(objectIds: readonly string[], wishes: PlacementWishes): Promise<void> {
    requireAccess('storage.update');
    if (wishes.pinnedTier) this.tiers.settingsOf(wishes.pinnedTier);
    await this.database.run(async (sql) => {
      const found = await this.placements.wish(sql, objectIds, wishes);
      if (found < new Set(objectIds).size) throw objectNotFound(objectIds.join(', '));
      for (const id of objectIds)
        await this.audit.record(sql, {
          action: 'storage.placement-wished',
          target: { kind: 'object', id },
          detail: { ...wishes },
        });
    });
  }
}
