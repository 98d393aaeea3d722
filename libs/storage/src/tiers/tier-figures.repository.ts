import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { fileBytes, usedAt } from '../mover/candidate.repository.ts';

/** What lies on a tier, of all organisations. */
export interface TierContents {
  objects: number;
  originalBytes: number;
  renditionBytes: number;
  damagedObjects: number;
  oldestVerifiedAt: Date | null;
}

/** Figures about tiers for those who look at them. */
@Injectable()
export class TierFigures {
  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly tenant: TenantDatabase,
  ) {}

  async contents(): Promise<Map<string, TierContents>> {
    const rows = await this.system.run((sql) =>
      sql.rows<TierContents & { tier: string }>(
        `SELECT o.tier, count(*)::int AS objects, coalesce(sum(${fileBytes}) FILTER (WHERE o.class = 'original'), 0)::float8 AS "originalBytes",
           coalesce(sum(${fileBytes}) FILTER (WHERE o.class = 'rendition'), 0)::float8 AS "renditionBytes",
           (count(*) FILTER (WHERE o.damage IS NOT NULL))::int AS "damagedObjects",
           CASE WHEN count(*) = count(o.verified_at) THEN min(o.verified_at) END AS "oldestVerifiedAt"
         FROM stored_object o GROUP BY o.tier`,
      ),
    );
    return new Map(rows.map(({ tier, ...contents }) => [tier, contents]));
  }

  /** Objects and bytes by tier and by how many of the bounds (in hours, growing) their idle time has passed. */
  ages(now: Date, bounds: readonly number[]): Promise<{ tier: string; band: number; objects: number; bytes: number }[]> {
    return this.system.run((sql) =>
      sql.rows(
        `SELECT o.tier, width_bucket(extract(epoch FROM $1::timestamptz - ${usedAt})::float8 / 3600, $2::float8[]) AS band, count(*)::int AS objects,
           sum(${fileBytes})::float8 AS bytes
         FROM stored_object o GROUP BY 1, 2 ORDER BY 1, 2`,
        [now, bounds],
      ),
    );
  }

  /** What has moved since an instant, by the day in the server's time zone. */
  flows(since: Date): Promise<{ day: string; from: string; to: string; moves: number; bytes: number }[]> {
    return this.system.run((sql) =>
      sql.rows(
        `SELECT to_char(committed_at, 'YYYY-MM-DD') AS day, from_tier AS "from", to_tier AS "to", count(*)::int AS moves, sum(file_bytes)::float8 AS bytes
         FROM tier_move WHERE committed_at >= $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
        [since],
      ),
    );
  }

  async activeMoves(): Promise<number> {
    const row = await this.system.run((sql) =>
      sql.first<{ moves: number }>('SELECT count(*)::int AS moves FROM tier_move WHERE ended_at IS NULL'),
    );
    return row?.moves ?? 0;
  }

  /** Files that no row knows, by tier and kind. */
  strays(): Promise<{ tier: string; kind: string; files: number; bytes: number }[]> {
    return this.system.run((sql) =>
      sql.rows(
        'SELECT tier, kind, count(*)::int AS files, sum(size_bytes)::float8 AS bytes FROM stray_file GROUP BY tier, kind ORDER BY tier, kind',
      ),
    );
  }

  /** Damaged objects of the organisation of the current context. */
  damaged(limit: number): Promise<{ objectId: string; tier: string; bytes: number; damage: string }[]> {
    return this.tenant.run((sql) =>
      sql.rows(
        `SELECT o.id AS "objectId", o.tier, ${fileBytes}::float8 AS bytes, o.damage FROM stored_object o WHERE o.damage IS NOT NULL ORDER BY o.id LIMIT $1`,
        [limit],
      ),
    );
  }
}
