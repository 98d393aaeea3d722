import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { TenantDatabase } from '#database';
import type { PlacementWishes } from '../http/storage.contract.ts';

/** What people may wish for objects of the organisation of the current context. */
@Injectable()
export class PlacementRepository {
  constructor(@Inject(TenantDatabase) private readonly database: TenantDatabase) {}

  /** Writes wishes down; what is left out stays. Answers how many of the objects there are. */
  wish(sql: Sql, objectIds: readonly string[], { pinnedTier, neverMove }: PlacementWishes): Promise<number> {
    return sql.run(
      `UPDATE stored_object SET pinned_tier = CASE WHEN $2 THEN $3 ELSE pinned_tier END, never_move = coalesce($4, never_move)
       WHERE id = ANY($1::uuid[])`,
      [objectIds, pinnedTier !== undefined, pinnedTier ?? null, neverMove ?? null],
    );
  }

  /** When an object was last read back in full; undefined where the organisation has no such object. */
  async verifiedAt(objectId: string): Promise<{ verifiedAt: Date | null } | undefined> {
    return this.database.run((sql) =>
      sql.first('SELECT verified_at AS "verifiedAt" FROM stored_object WHERE id = $1', [objectId]),
    );
  }
}
