import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { SegmentPlace } from '#media';
import type { TsQueries } from './domain/ts-query.ts';

/** What an asset's reasons are looked for in. */
export interface ReasonFields extends Record<string, unknown> {
  id: string;
  names: string[];
  tags: string[];
  caption: string;
  folders: string[];
  place: string | null;
  camera: string | null;
  lens: string | null;
  metadata: unknown;
  colours: { name: string; share: number }[];
}

/** Reads what the hits of one page were found by. */
@Injectable()
export class ReasonRepository {
  async readFields(sql: Sql, ids: string[]): Promise<ReasonFields[]> {
    return sql.rows<ReasonFields>(
      `SELECT a.id, a.caption, a.place, a.camera, a.lens, a.metadata, a.colours,
         array_prepend(a.name, ARRAY(SELECT o.name FROM asset_origin o WHERE o.asset_id = a.id AND o.name <> a.name ORDER BY o.arrived_at)) AS names,
         array_prepend(a.folder, ARRAY(SELECT DISTINCT o.folder FROM asset_origin o WHERE o.asset_id = a.id AND o.folder <> a.folder)) AS folders,
         ARRAY(SELECT t.name FROM asset_tag x JOIN tag t ON t.id = x.tag_id WHERE x.asset_id = a.id AND x.state <> 'rejected' ORDER BY t.name) AS tags
       FROM asset a WHERE a.id = ANY($1::uuid[])`,
      [ids],
    );
  }

  /** Of each asset and source of text, the segment that fits best: all words before some, then by rank, then the earliest. */
  async findSegments(sql: Sql, ids: string[], queries: TsQueries): Promise<SegmentPlace[]> {
    const any = [queries.written, queries.begun, queries.similar].filter((query) => query !== null).join(' | ');
    if (!any) return [];
    return sql.rows<SegmentPlace & Record<string, unknown>>(
      `SELECT DISTINCT ON (s.asset_id, s.source) s.asset_id AS "assetId", s.source, s.position FROM search_segment s
       WHERE s.asset_id = ANY($1::uuid[]) AND s.words @@ $2::tsquery
       ORDER BY s.asset_id, s.source, s.words @@ $3::tsquery DESC, ts_rank(s.words, $2::tsquery) DESC, s.position`,
      [ids, any, queries.required ?? any],
    );
  }
}
