import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';

/** How much is older than an instant, and since when. */
export interface OldRows {
  entries: number;
  firstAt: Date | null;
}

const oldSamples = 'FROM tier_sample WHERE at < $1';
/** Moves that stay: those of held objects, which a hold keeps, and the last of an object to where it lies, which says why it lies there. */
const stays = `(EXISTS (SELECT FROM stored_object o WHERE o.organisation_id = m.organisation_id AND o.id = m.object_id
    AND (o.held OR (o.tier = m.to_tier AND m.committed_at IS NOT NULL AND NOT EXISTS (SELECT FROM tier_move later
      WHERE later.object_id = m.object_id AND later.organisation_id = m.organisation_id AND later.committed_at > m.committed_at)))))`;
const oldMoves = `FROM tier_move m WHERE m.ended_at < $1 AND NOT ${stays}`;
/** A run goes once none of its moves stays. */
const oldRuns = `FROM mover_run r WHERE r.ended_at < $1
  AND NOT EXISTS (SELECT FROM tier_move m WHERE m.run_id = r.id AND (m.ended_at IS NULL OR m.ended_at >= $1 OR ${stays}))`;

/** What tiers and the mover wrote down about themselves and nobody needs for ever; who keeps it how long, libs/media decides. */
@Injectable()
export class OldFigures {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Measurements of how full tiers were. */
  samples(before: Date): Promise<OldRows> {
    return this.count(`SELECT count(*)::integer AS entries, min(at) AS "firstAt" ${oldSamples}`, before);
  }

  /** Runs of the mover and moves that have ended. */
  moves(before: Date): Promise<OldRows> {
    return this.count(
      `SELECT count(*)::integer AS entries, min(at) AS "firstAt" FROM (
         SELECT m.ended_at AS at ${oldMoves} UNION ALL SELECT r.ended_at ${oldRuns}) old`,
      before,
    );
  }

  removeSamples(before: Date, most: number): Promise<number> {
    return this.database.run((sql) =>
      sql.run(`DELETE FROM tier_sample WHERE ctid = ANY(ARRAY(SELECT ctid ${oldSamples} LIMIT $2))`, [before, most]),
    );
  }

  /** Moves go before their runs. */
  removeMoves(before: Date, most: number): Promise<number> {
    return this.database.run(async (sql) => {
      const moves = await sql.run(`DELETE FROM tier_move WHERE ctid = ANY(ARRAY(SELECT m.ctid ${oldMoves} LIMIT $2))`, [
        before,
        most,
      ]);
      return (
        moves || sql.run(`DELETE FROM mover_run WHERE ctid = ANY(ARRAY(SELECT r.ctid ${oldRuns} LIMIT $2))`, [before, most])
      );
    });
  }

  private async count(statement: string, before: Date): Promise<OldRows> {
    return (
      (await this.database.run((sql) => sql.first<OldRows & Record<string, unknown>>(statement, [before]))) ?? {
        entries: 0,
        firstAt: null,
      }
    );
  }
}
