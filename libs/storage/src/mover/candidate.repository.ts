import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import type { Candidate, ObjectClass } from './domain/candidate.ts';
import type { Skipped } from './domain/plan.ts';

/** Rows written before files were described hold the file's bytes as they are. */
export const fileBytes = 'coalesce(o.file_bytes, o.size_bytes)';
/** When the application last stored or read an object. */
export const usedAt = 'greatest(o.touched_at, o.last_read_at)';

const isActive = 'EXISTS (SELECT FROM tier_move m WHERE m.object_id = o.id AND m.ended_at IS NULL)';
/** What failed within the last hour would most likely fail again; what a dying process dropped would not. */
const hasJustFailed = (
  now: string,
) => `EXISTS (SELECT FROM tier_move m WHERE m.object_id = o.id AND m.state IN ('failed', 'conflict')
  AND m.ended_at > ${now}::timestamptz - interval '1 hour' AND m.error_code <> 'STORAGE_MOVE_DROPPED')`;
const isFree = `NOT o.never_move AND o.damage IS NULL AND NOT ${isActive} AND NOT ${hasJustFailed('$2')}`;

/** Reads since an instant (`$1`) beside each candidate of a query; `$2` is now. */
function candidates(from: string): string {
  return `SELECT o.id AS "objectId", o.organisation_id AS "organisationId", o.class, o.tier, o.placed_at AS "placedAt", o.generation,
      ${fileBytes}::float8 AS bytes, ${usedAt} AS "usedAt", coalesce(r.reads, 0)::int AS "recentReads", o.pinned_tier AS "pinnedTier",
      o.never_move AS "neverMove", o.held, o.damage
    FROM (${from}) o
    LEFT JOIN LATERAL (SELECT sum(reads) AS reads FROM object_read r
      WHERE r.organisation_id = o.organisation_id AND r.object_id = o.id AND r.hour > $1) r ON true`;
}

/** What gains most first, as the planner sorts; small objects (below 64 KiB) last. */
const mostGain = `(${fileBytes} < 65536), ${fileBytes} * extract(epoch FROM $2::timestamptz - ${usedAt}) DESC, o.id`;

const isOlder = `o.class = $4 AND ${usedAt} <= $5 AND o.placed_at <= $6`;

/** What rows say against or for moving. Each list is bounded and comes in the order in which the planner takes it. */
@Injectable()
export class CandidateRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Objects that are pinned to another tier than theirs. */
  misplaced(readsSince: Date, now: Date, limit: number): Promise<Candidate[]> {
    const from = `SELECT * FROM stored_object o WHERE o.pinned_tier <> o.tier AND ${isFree} ORDER BY ${mostGain} LIMIT $3`;
    return this.list(candidates(from), [readsSince, now, limit]);
  }

  /** Objects below the first tier that were read at least so often. */
  wanted(readsSince: Date, now: Date, firstTier: string, reads: number, limit: number): Promise<Candidate[]> {
    const from = `SELECT o.* FROM (
        SELECT organisation_id, object_id FROM object_read WHERE hour > $1 GROUP BY 1, 2 HAVING sum(reads) >= $3 ORDER BY sum(reads) DESC, 2
      ) r JOIN stored_object o ON o.organisation_id = r.organisation_id AND o.id = r.object_id
      WHERE o.tier <> $5 AND o.pinned_tier IS NULL AND ${isFree} LIMIT $4`;
    return this.list(candidates(from), [readsSince, now, reads, limit, firstTier]);
  }

  /** Objects of a tier that give most room. */
  heavy(readsSince: Date, now: Date, tier: string, limit: number): Promise<Candidate[]> {
    const from = `SELECT * FROM stored_object o WHERE o.tier = $4 AND o.pinned_tier IS NULL AND ${isFree} ORDER BY ${mostGain} LIMIT $3`;
    return this.list(candidates(from), [readsSince, now, limit, tier]);
  }

  /** Objects of a class on a tier that were neither used nor placed there since. */
  idle(
    readsSince: Date,
    now: Date,
    rule: { tier: string; class: ObjectClass; usedBefore: Date; placedBefore: Date },
    limit: number,
  ): Promise<Candidate[]> {
    const from = `SELECT * FROM stored_object o WHERE o.tier = $7 AND ${isOlder} AND o.pinned_tier IS NULL AND ${isFree}
      ORDER BY ${mostGain} LIMIT $3`;
    const parameters = [readsSince, now, limit, rule.class, rule.usedBefore, rule.placedBefore, rule.tier];
    return this.list(candidates(from), parameters);
  }

  /** How many of those stay, and why. */
  idleButBlocked(
    now: Date,
    rule: { tier: string; class: ObjectClass; usedBefore: Date; placedBefore: Date },
  ): Promise<Skipped[]> {
    return this.database.run((sql) =>
      sql.rows<Skipped & Record<string, unknown>>(
        `SELECT reason, count(*)::int AS count, sum(bytes)::float8 AS bytes FROM (
           SELECT ${fileBytes} AS bytes, CASE WHEN o.never_move THEN 'never to be moved' WHEN o.damage IS NOT NULL THEN 'damaged: what is wrong must be mended first'
             WHEN o.pinned_tier IS NOT NULL THEN 'pinned to ' || o.pinned_tier WHEN ${isActive} THEN 'in a move already'
             ELSE 'failed within the last hour' END AS reason
           FROM stored_object o WHERE o.tier = $1 AND o.class = $2 AND ${usedAt} <= $3 AND o.placed_at <= $4
             AND (o.never_move OR o.damage IS NOT NULL OR o.pinned_tier = o.tier OR ${isActive} OR ${hasJustFailed('$5')})
         ) blocked GROUP BY reason ORDER BY reason`,
        [rule.tier, rule.class, rule.usedBefore, rule.placedBefore, now],
      ),
    );
  }

  /** One object with all that speaks for or against moving it. */
  async find(objectId: string, readsSince: Date): Promise<Candidate | undefined> {
    const [found] = await this.list(candidates('SELECT * FROM stored_object WHERE id = $2'), [readsSince, objectId]);
    return found;
  }

  private list(text: string, parameters: unknown[]): Promise<Candidate[]> {
    return this.database.run((sql) => sql.rows<Candidate & Record<string, unknown>>(text, parameters));
  }
}
