import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';

const pageRows = 5000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/** The last move of an object to where it lies: it says why it lies there, and stays as long as that is so. */
const saysWhy = `p.committed_at IS NOT NULL
  AND EXISTS (SELECT FROM stored_object o WHERE o.organisation_id = p.organisation_id AND o.id = p.object_id AND o.tier = p.to_tier)
  AND NOT EXISTS (SELECT FROM tier_move later WHERE later.object_id = p.object_id AND later.organisation_id = p.organisation_id
    AND later.committed_at > p.committed_at)`;

/** Moves that are over. */
@Injectable()
export class MoveHistory {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Deletes moves that ended before an instant, page by page, but for those that say why an object lies where it does; answers how many. */
  async prune(before: Date, signal?: AbortSignal): Promise<number> {
    let [pruned, organisation, id] = [0, beforeAll, beforeAll];
    while (!signal?.aborted) {
      const page = await this.prunePage(before, organisation, id);
      if (!page) break;
      pruned += page.gone;
      ({ organisation, id } = page);
    }
    return pruned;
  }

  private prunePage(
    before: Date,
    organisation: string,
    id: string,
  ): Promise<{ organisation: string; id: string; gone: number } | undefined> {
    return this.database.run((sql) =>
      sql.first(
        `WITH page AS MATERIALIZED (
           SELECT organisation_id, id, object_id, to_tier, committed_at FROM tier_move
           WHERE (organisation_id, id) > ($2::uuid, $3::uuid) AND ended_at < $1 ORDER BY organisation_id, id LIMIT ${pageRows}
         ), gone AS (
           DELETE FROM tier_move m USING page p WHERE m.organisation_id = p.organisation_id AND m.id = p.id AND NOT (${saysWhy}) RETURNING m.id
         )
         SELECT organisation_id AS organisation, id, (SELECT count(*) FROM gone)::int AS gone FROM page ORDER BY organisation_id DESC, id DESC LIMIT 1`,
        [before, organisation, id],
      ),
    );
  }
}
