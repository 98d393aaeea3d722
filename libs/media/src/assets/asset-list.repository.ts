import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { AssetPosition } from '../domain/asset-cursor.ts';
import { type AssetFilter, conditionsOf, Parameters } from './asset-filter.ts';
import { type TileRow, tileColumns } from './asset-tile.ts';

/** The library in order: newest first, then by id. */
@Injectable()
export class AssetListRepository {
  /** A page after a position, from a moment on, or so many assets further on. The position of each row comes along as text, exact to the microsecond. */
  page(
    sql: Sql,
    filter: AssetFilter,
    from: { after?: AssetPosition | undefined; before?: string | undefined; skip?: number | undefined },
    limit: number,
  ): Promise<(TileRow & { position: string })[]> {
    const parameters = new Parameters();
    const conditions = conditionsOf(filter, parameters);
    if (from.after)
      conditions.push(
        `(asset.shown_at, asset.id) < (${parameters.bind(from.after.shownAt)}::timestamptz, ${parameters.bind(from.after.id)}::uuid)`,
      );
    if (from.before) conditions.push(`asset.shown_at <= ${parameters.bind(from.before)}::timestamptz`);
    return sql.rows(
      `WITH page AS (
         SELECT * FROM asset WHERE ${conditions.join(' AND ')} ORDER BY asset.shown_at DESC, asset.id DESC LIMIT ${parameters.bind(limit)} OFFSET ${parameters.bind(from.skip ?? 0)}
       )
       SELECT ${tileColumns}, asset.shown_at::text AS position FROM page AS asset ORDER BY asset.shown_at DESC, asset.id DESC`,
      parameters.values,
    );
  }

  /** How many assets each month holds, newest first; months in UTC. */
  months(sql: Sql, filter: AssetFilter): Promise<{ month: string; count: number }[]> {
    const parameters = new Parameters();
    const conditions = conditionsOf(filter, parameters).join(' AND ');
    return sql.rows(isInTimeline(filter) ? byHops(conditions) : byGroups(conditions), parameters.values);
  }
}

/** Whether the timeline's indexes hold all that the filter asks about. */
function isInTimeline({ kind, from: _from, to: _to, ...others }: AssetFilter): boolean {
  return !Array.isArray(kind) && Object.values(others).every((value) => value === undefined);
}

/**
 * Hops from month to month on the index and counts each month's range on it: at 100 000 assets 42 ms against 341 ms (on a busy machine) for grouping, which works out the
 * month of every row. Bounds are columns, never expressions: row-level security keeps functions that may leak values away from indexes.
 */
function byHops(conditions: string): string {
  const bounds = (more = '') => `SELECT month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC' AS next
    FROM date_trunc('month', (SELECT max(asset.shown_at) FROM asset WHERE ${conditions} ${more}), 'UTC') AS month`;
  return `WITH RECURSIVE hop AS (
      ${bounds()}
      UNION ALL
      SELECT older.* FROM hop, LATERAL (${bounds('AND asset.shown_at < hop.month')}) AS older WHERE hop.month IS NOT NULL
    )
    SELECT to_char(month AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
      (SELECT count(*)::integer FROM asset WHERE ${conditions} AND asset.shown_at >= hop.month AND asset.shown_at < hop.next) AS count
    FROM hop WHERE month IS NOT NULL ORDER BY hop.month DESC`;
}

function byGroups(conditions: string): string {
  return `SELECT to_char(month AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count FROM (
      SELECT date_trunc('month', asset.shown_at, 'UTC') AS month, count(*)::integer AS count FROM asset WHERE ${conditions} GROUP BY 1
    ) AS months ORDER BY months.month DESC`;
}
