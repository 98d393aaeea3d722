import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { WalkSettings } from './domain/vector-plan.ts';
import { Parameters } from './parameters.ts';
import { filterSql, type SearchFilters } from './search-filter.repository.ts';
import type { EmbeddingSpace } from './vector.repository.ts';

/** What to look for. */
export interface NearestQuery {
  space: EmbeddingSpace;
  /** In pgvector's binary form, of length one. */
  vector: Buffer;
  filters: SearchFilters;
  /** An asset that is not an answer: the one the question is about. */
  except: string | null;
}

/** One stored vector near the query's; `visible` is false for what lies in the trash. */
export interface NearRow extends Record<string, unknown> {
  assetId: string;
  part: number;
  atSeconds: number | null;
  /** Cosine, -1 … 1. */
  similarity: number;
  visible: boolean;
}

/** What an organisation has in a space. */
export interface OwnCount {
  vectors: number;
  assets: number;
}

/**
 * Wraps a statement for `near (asset_id, part, at_seconds, distance)`: whether the asset may be shown. In no order: PostgreSQL trusts a walk to
 * come sorted, which a relaxed one does not, and would leave out the sort that is asked for here.
 */
function withVisibility(near: string): string {
  return `SELECT near.asset_id AS "assetId", near.part, near.at_seconds AS "atSeconds", -near.distance AS similarity, a.id IS NOT NULL AS visible
    FROM (${near}) near LEFT JOIN asset a ON a.id = near.asset_id AND a.trashed_at IS NULL`;
}

/** The statements of the vector planner. Each is exact or a walk by its shape: the choice is ours, not PostgreSQL's. */
@Injectable()
export class NearestRepository {
  /** Vectors in the index of a space, of all organisations: as of the last ANALYZE, at least `atLeast`. */
  async indexedVectors(sql: Sql, space: EmbeddingSpace, atLeast: number): Promise<number> {
    const row = await sql.first<{ rows: number }>(
      'SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = to_regclass($1)',
      [`embedding_${space.id}`],
    );
    return Math.max(row?.rows ?? 0, atLeast);
  }

  /** Vectors of the organisation in a space, and about how many assets they belong to: parts are counted from 0 or 1. */
  async ownVectors(sql: Sql, space: EmbeddingSpace): Promise<OwnCount> {
    const row = await sql.first<{ vectors: number; assets: number }>(
      'SELECT count(*)::integer AS vectors, count(*) FILTER (WHERE part <= 1)::integer AS assets FROM embedding WHERE space_id = $1',
      [space.id],
    );
    return row ?? { vectors: 0, assets: 0 };
  }

  /** Compares every vector of the organisation. */
  async compareAll(sql: Sql, query: NearestQuery, rows: number): Promise<NearRow[]> {
    const parameters = new Parameters();
    return sql.rows<NearRow>(withVisibility(this.exactly(parameters, query, 'true', rows)), parameters.values);
  }

  /**
   * Counts the candidates up to a bound and, where they are not more, compares each. Answers the count (`bound` + 1 for more); no bound
   * compares them however many.
   */
  async compareCandidates(
    sql: Sql,
    query: NearestQuery,
    rows: number,
    bound: number | null,
  ): Promise<{ candidates: number; rows: NearRow[] }> {
    const parameters = new Parameters();
    const { visible } = filterSql(parameters, query.filters);
    if (!visible) throw new Error('Without a filter every vector is a candidate.');
    const limit = bound === null ? '' : `LIMIT ${parameters.add(bound + 1)}`;
    const few = bound === null ? '' : `WHERE (SELECT count(*) FROM candidate) <= ${parameters.add(bound)}`;
    const near = this.exactly(parameters, query, `e.asset_id = ANY(ARRAY(SELECT id FROM candidate ${few}))`, rows);
    const found = await sql.rows<NearRow & { candidates: number }>(
      `WITH candidate AS MATERIALIZED (${visible.candidates} ${limit})
       SELECT counted.candidates, ranked.* FROM (SELECT count(*)::integer AS candidates FROM candidate) counted LEFT JOIN (${withVisibility(near)}) ranked ON true`,
      parameters.values,
    );
    return { candidates: found[0]?.candidates ?? 0, rows: found.filter((row) => row.assetId !== null) };
  }

  /** Walks the graph (pgvector's HNSW, https://github.com/pgvector/pgvector#iterative-index-scans) and tests what it meets. */
  async walk(sql: Sql, query: NearestQuery, settings: WalkSettings): Promise<NearRow[]> {
    const parameters = new Parameters();
    const { visible } = filterSql(parameters, query.filters);
    const near = this.nearby(parameters, query, visible?.test('e.asset_id') ?? null, settings.rows);
    return this.walking(sql, settings, () => sql.rows<NearRow>(withVisibility(near), parameters.values));
  }

  /** How many of the organisation's nearest vectors pass the filter: whether its members live where the query is. */
  async sampleWalk(sql: Sql, query: NearestQuery, settings: WalkSettings): Promise<{ met: number; passing: number }> {
    const parameters = new Parameters();
    const { visible } = filterSql(parameters, query.filters);
    const near = this.nearby(parameters, query, null, settings.rows);
    const row = await this.walking(sql, settings, () =>
      sql.first<{ met: number; passing: number }>(
        `SELECT count(*)::integer AS met, count(*) FILTER (WHERE ${visible?.test('near.asset_id') ?? 'true'})::integer AS passing FROM (${near}) near`,
        parameters.values,
      ),
    );
    return row ?? { met: 0, passing: 0 };
  }

  /** With the index's expression, which alone is no guarantee: see `walking`. */
  private nearby(parameters: Parameters, query: NearestQuery, test: string | null, rows: number): string {
    const dimensions = Number(query.space.dimensions);
    const distance = `e.vector::halfvec(${dimensions}) <#> ${parameters.add(query.vector)}::halfvec(${dimensions})`;
    return `SELECT e.asset_id, e.part, e.at_seconds, ${distance} AS distance FROM embedding e
      WHERE e.space_id = ${parameters.add(query.space.id)} ${this.exception(parameters, query)} ${test ? `AND ${test}` : ''}
      ORDER BY ${distance} LIMIT ${parameters.add(rows)}`;
  }

  /** Runs a statement with everything but the walk made dear to PostgreSQL's planner. */
  private async walking<Result>(sql: Sql, settings: WalkSettings, work: () => Promise<Result>): Promise<Result> {
    await sql.run(
      `SET LOCAL hnsw.iterative_scan = relaxed_order; SET LOCAL hnsw.ef_search = ${Number(settings.efSearch)};
       SET LOCAL hnsw.max_scan_tuples = ${Number(settings.maxScanTuples)}; SET LOCAL hnsw.scan_mem_multiplier = 4;
       SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off`,
    );
    const result = await work();
    await sql.run(
      `SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_bitmapscan TO DEFAULT; SET LOCAL enable_sort TO DEFAULT`,
    );
    return result;
  }

  /** Without the index's expression, so that PostgreSQL cannot use the index. */
  private exactly(parameters: Parameters, query: NearestQuery, condition: string, rows: number): string {
    return `SELECT e.asset_id, e.part, e.at_seconds, e.vector <#> ${parameters.add(query.vector)}::halfvec AS distance FROM embedding e
      WHERE e.space_id = ${parameters.add(query.space.id)} ${this.exception(parameters, query)} AND ${condition}
      ORDER BY distance LIMIT ${parameters.add(rows)}`;
  }

  private exception(parameters: Parameters, query: NearestQuery): string {
    return query.except ? `AND e.asset_id <> ${parameters.add(query.except)}::uuid` : '';
  }
}
