import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { type AssetTile, picturesOf } from '#media';
import type { PageCursor } from './domain/page-cursor.ts';
import type { TsQueries } from './domain/ts-query.ts';
import { Parameters } from './parameters.ts';
import { filterSql, restricts, type SearchFilters } from './search-filter.repository.ts';
import { matches } from './word-query.repository.ts';

/** An asset found by likeness, with its score by it. */
export interface Likeness {
  assetId: string;
  score: number;
}

/** What a sort really orders by: without words or likeness nothing is more relevant, so the newest comes first. */
export function orderedBy(sort: SearchSort, matching: Matching): SearchSort {
  return sort === 'relevance' && !matching.words && !matching.likeness ? 'newest' : sort;
}

/** What is to be found: by words, by likeness, by either; everything that passes the filters where both are null. */
export interface Matching {
  words: TsQueries | null;
  likeness: Likeness[] | null;
  filters: SearchFilters;
}

export type SearchSort = 'relevance' | 'newest' | 'oldest' | 'name' | 'size';

/** One hit as its row. */
export interface HitRow extends Record<string, unknown> {
  id: string;
  name: string;
  type: 'image' | 'video' | 'audio' | 'document' | 'text' | 'unknown';
  score: number;
  byWords: boolean;
  shownAt: Date;
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  thumbhash: Buffer | null;
  pictures: AssetTile['pictures'] | null;
  version: number;
  /** What the sort orders by, as text that PostgreSQL reads back exactly. */
  sortValue: string;
}

export type FacetName = 'kind' | 'year' | 'camera' | 'tag' | 'orientation';

/** How many of the found assets share a value. */
export interface FacetRow<Name = FacetName> {
  facet: Name;
  value: string;
  id: string | null;
  count: number;
}

/** Weights of D, C, B, A for ts_rank: a name or tag is worth ten times a word in the text. */
const weights = `'{0.1, 0.2, 0.4, 1}'`;
/** ts_rank of one word in a name: it is there as written and as the stems of two languages, so three times. */
const bestRank = 0.8274;

const orders: Record<SearchSort, { value: string; type: string; direction: 'ASC' | 'DESC' }> = {
  relevance: { value: 'm.score', type: 'double precision', direction: 'DESC' },
  newest: { value: 'a.shown_at', type: 'timestamptz', direction: 'DESC' },
  oldest: { value: 'a.shown_at', type: 'timestamptz', direction: 'ASC' },
  name: { value: 'lower(a.name)', type: 'text', direction: 'ASC' },
  size: { value: 'a.size_bytes', type: 'bigint', direction: 'DESC' },
};

/** A beginning of a word and a similar word count less than the word. */
const shares = { written: 1, begun: 0.6, similar: 0.4 };

function rankSql(parameters: Parameters, queries: TsQueries): string {
  const parts = (['written', 'begun', 'similar'] as const)
    .filter((part) => queries[part] !== null)
    .map((part) => `${shares[part]} * ts_rank(${weights}, d.words, ${parameters.add(queries[part])}::tsquery)`);
  // Of the form of domain/fusion.ts: scoreOfWords.
  return parts.length === 0 ? '0.5' : `0.5 + 0.5 * sqrt(least(greatest(${parts.join(', ')})::float8 / ${bestRank}, 1))`;
}

function likenessSql(parameters: Parameters, likeness: Likeness[], excluded: string | null): string {
  const ids = parameters.add(likeness.map((near) => near.assetId));
  const scores = parameters.add(likeness.map((near) => near.score));
  const without = excluded
    ? `WHERE NOT EXISTS (SELECT FROM search_document x WHERE x.asset_id = near.id AND x.words @@ ${parameters.add(excluded)}::tsquery)`
    : '';
  return `SELECT near.id, near.score FROM unnest(${ids}::uuid[], ${scores}::float8[]) AS near (id, score) ${without}`;
}

/** `m (id, score, by_words)`: what matches before the filters, each asset once, nothing from the trash; null where everything does. */
function matchedSql(parameters: Parameters, { words, likeness }: Matching): string | null {
  const byWords =
    words &&
    `SELECT d.asset_id AS id, ${rankSql(parameters, words)} AS score FROM search_document d WHERE NOT d.trashed AND ${matches(parameters, 'd.words', words)}`;
  const byLikeness = likeness && likenessSql(parameters, likeness, words?.excluded ?? null);
  if (byWords && byLikeness)
    return `SELECT id, 1 - (1 - coalesce(w.score, 0)) * (1 - coalesce(l.score, 0)) AS score, w.id IS NOT NULL AS by_words
      FROM (${byWords}) w FULL JOIN (${byLikeness}) l USING (id)`;
  if (byWords) return `SELECT id, score, true AS by_words FROM (${byWords}) w`;
  if (byLikeness) return `SELECT id, score, false AS by_words FROM (${byLikeness}) l`;
  return null;
}

/** The statements that answer a search. */
@Injectable()
export class SearchRepository {
  /** How many assets match, counted up to a limit. */
  async countUpTo(sql: Sql, matching: Matching, limit: number): Promise<number> {
    const parameters = new Parameters();
    const found = this.foundSql(parameters, matching, null);
    const row = await sql.first<{ count: number }>(
      `SELECT count(*)::integer AS count FROM (${found} LIMIT ${parameters.add(limit)}) found`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  /** A page of hits in order, after a cursor. */
  async findPage(sql: Sql, matching: Matching, sort: SearchSort, after: PageCursor | null, limit: number): Promise<HitRow[]> {
    const parameters = new Parameters();
    const { direction } = orders[orderedBy(sort, matching)];
    const page = this.pageSql(parameters, matching, orderedBy(sort, matching), after, limit);
    return sql.rows<HitRow>(
      `SELECT a.id, a.name, a.kind AS type, p.score, p.by_words AS "byWords", a.shown_at AS "shownAt", a.width, a.height,
         a.duration_seconds AS "durationSeconds", a.thumbhash, ${picturesOf('a')} AS pictures, a.version, p.sort_value::text AS "sortValue"
       FROM (${page}) p JOIN asset a ON a.id = p.id ORDER BY p.sort_value ${direction}, p.id ${direction}`,
      parameters.values,
    );
  }

  /** How many assets match, and, where asked, how they divide. */
  async summarise(sql: Sql, matching: Matching, facets: boolean): Promise<{ total: number; facets: FacetRow[] }> {
    const parameters = new Parameters();
    if (!facets) {
      const found = this.foundSql(parameters, matching, null);
      const row = await sql.first<{ count: number }>(
        `SELECT count(*)::integer AS count FROM (${found}) found`,
        parameters.values,
      );
      return { total: row?.count ?? 0, facets: [] };
    }
    const found = this.foundSql(parameters, matching, 'a.id, a.kind, a.shown_at, a.camera, a.orientation');
    const rows = await sql.rows<FacetRow<FacetName | 'total'>>(
      `WITH found AS MATERIALIZED (${found}), tagged AS (
         SELECT t.tag_id, count(*) AS count FROM asset_tag t JOIN found f ON f.id = t.asset_id WHERE t.state <> 'rejected' GROUP BY t.tag_id
         ORDER BY count(*) DESC, t.tag_id LIMIT 50)
       SELECT 'total' AS facet, '' AS value, NULL::uuid AS id, count(*)::integer AS count FROM found
       UNION ALL SELECT 'kind', kind, NULL, count(*)::integer FROM found GROUP BY kind
       UNION ALL SELECT 'year', extract(year FROM shown_at)::text, NULL, count(*)::integer FROM found GROUP BY 2
       UNION ALL SELECT 'orientation', orientation, NULL, count(*)::integer FROM found WHERE orientation IS NOT NULL GROUP BY orientation
       UNION ALL (SELECT 'camera', camera, NULL, count(*)::integer FROM found WHERE camera IS NOT NULL GROUP BY camera ORDER BY 4 DESC, camera LIMIT 50)
       UNION ALL SELECT 'tag', t.name, t.id, tagged.count::integer FROM tagged JOIN tag t ON t.id = tagged.tag_id`,
      parameters.values,
    );
    const total = rows.find((row) => row.facet === 'total')?.count ?? 0;
    return { total, facets: rows.filter((row): row is FacetRow => row.facet !== 'total') };
  }

  /** `p (id, score, by_words, sort_value)`: one page. Assets are read only where the order or a filter needs them. */
  private pageSql(
    parameters: Parameters,
    matching: Matching,
    sort: SearchSort,
    after: PageCursor | null,
    limit: number,
  ): string {
    const matched = matchedSql(parameters, matching);
    const { value, type, direction } = orders[sort];
    const assets = sort !== 'relevance' || restricts(matching.filters);
    const id = assets ? 'a.id' : 'm.id';
    const from = matched ? `(${matched}) m ${assets ? 'JOIN asset a ON a.id = m.id' : ''}` : 'asset a';
    const conditions = assets ? [filterSql(parameters, matching.filters).conditions] : [];
    if (after)
      conditions.push(
        `(${value}, ${id}) ${direction === 'DESC' ? '<' : '>'} (${parameters.add(after.value)}::${type}, ${parameters.add(after.id)}::uuid)`,
      );
    return `SELECT ${id} AS id, ${matched ? 'm.score, m.by_words' : '1::float8 AS score, false AS by_words'}, ${value} AS sort_value FROM ${from}
      ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY ${value} ${direction}, ${id} ${direction} LIMIT ${parameters.add(limit)}`;
  }

  /** Everything found, with columns of `asset a`; null for none, which spares reading assets where nothing filters. */
  private foundSql(parameters: Parameters, matching: Matching, columns: string | null): string {
    const matched = matchedSql(parameters, matching);
    if (matched && columns === null && !restricts(matching.filters)) return `SELECT FROM (${matched}) m`;
    const { conditions } = filterSql(parameters, matching.filters);
    return `SELECT ${columns ?? ''} FROM ${matched ? `(${matched}) m JOIN asset a ON a.id = m.id` : 'asset a'} WHERE ${conditions}`;
  }
}
