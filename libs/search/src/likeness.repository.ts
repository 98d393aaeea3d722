import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { EmbeddingSpace } from './vector.repository.ts';

/** One vector of an asset. */
export interface OwnVector extends Record<string, unknown> {
  part: number;
  atSeconds: number | null;
  vector: string;
}

/** Tasks of models whose vectors say what a picture looks like, the most knowing first. */
const pictureTasks = ['text-image-embedding', 'image-embedding', 'visual-descriptor'];

/** Reads what searches by likeness start from. */
@Injectable()
export class LikenessRepository {
  /** The space of the most knowing enabled picture model that has seen the asset. */
  async findSpaceOf(sql: Sql, assetId: string): Promise<EmbeddingSpace | undefined> {
    return sql.first<EmbeddingSpace & Record<string, unknown>>(
      `SELECT s.id, s.name, s.dimensions FROM embedding_space s JOIN model m ON m.name || '@' || m.version = s.name
       WHERE m.enabled AND m.task = ANY($2::text[])
         AND EXISTS (SELECT FROM embedding e WHERE e.space_id = s.id AND e.asset_id = $1)
       ORDER BY array_position($2::text[], m.task), s.id DESC LIMIT 1`,
      [assetId, pictureTasks],
    );
  }

  /** Whether any picture model is enabled. */
  async hasPictureModel(sql: Sql): Promise<boolean> {
    const row = await sql.first<{ found: boolean }>(
      'SELECT EXISTS (SELECT FROM model WHERE enabled AND task = ANY($1::text[])) AS found',
      [pictureTasks],
    );
    return row?.found ?? false;
  }

  /** The whole asset's vector, or up to `most` of its parts spread over its length. */
  async readVectors(sql: Sql, space: EmbeddingSpace, assetId: string, most: number): Promise<OwnVector[]> {
    const rows = await sql.rows<OwnVector>(
      `SELECT part, at_seconds AS "atSeconds", vector::text AS vector FROM embedding WHERE space_id = $1 AND asset_id = $2 ORDER BY part`,
      [space.id, assetId],
    );
    if (rows[0]?.part === 0) return rows.slice(0, 1);
    const step = Math.max(1, Math.ceil(rows.length / most));
    return rows.filter((_, index) => index % step === 0);
  }

  /** Cosines of a vector with some of the organisation's, whichever come first: what chance looks like in this space. */
  async sampleSimilarities(sql: Sql, space: EmbeddingSpace, vector: Buffer): Promise<number[]> {
    const rows = await sql.rows<{ similarity: number }>(
      `SELECT -(vector <#> $2::halfvec) AS similarity FROM (SELECT vector FROM embedding WHERE space_id = $1 LIMIT 200) sample`,
      [space.id, vector],
    );
    return rows.map((row) => row.similarity);
  }

  async assetExists(sql: Sql, assetId: string): Promise<boolean> {
    return (await sql.first('SELECT FROM asset WHERE id = $1', [assetId])) !== undefined;
  }
}
