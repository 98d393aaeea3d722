import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { Alikeness, AlikePart } from './domain/fusion.ts';
import type { EmbeddingSpace } from './vector.repository.ts';

/** A space, and which cosines mean likeness in it where its model says so. */
export interface LikenessSpace extends EmbeddingSpace {
  alike: Alikeness | null;
}

/** How alike an asset's vector is in each of the named parts. */
export interface PartCosines extends Record<string, unknown> {
  assetId: string;
  cosines: number[];
}

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
  async findSpaceOf(sql: Sql, assetId: string): Promise<LikenessSpace | undefined> {
    return sql.first<LikenessSpace & Record<string, unknown>>(
      `SELECT s.id, s.name, s.dimensions, m.manifest #> '{embedding,alike}' AS alike FROM embedding_space s JOIN model m ON m.name || '@' || m.version = s.name
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

  /** Cosines of a vector with some of the organisation's, whichever come first, but for those of one asset: what chance looks like in this space. */
  async sampleSimilarities(sql: Sql, space: EmbeddingSpace, vector: Buffer, except: string | null): Promise<number[]> {
    const rows = await sql.rows<{ similarity: number }>(
      `SELECT -(vector <#> $2::halfvec) AS similarity
       FROM (SELECT vector FROM embedding WHERE space_id = $1 AND asset_id IS DISTINCT FROM $3 LIMIT 200) sample`,
      [space.id, vector, except],
    );
    return rows.map((row) => row.similarity);
  }

  /** Cosines of named parts of a vector with those of other vectors. */
  async comparePartwise(
    sql: Sql,
    space: EmbeddingSpace,
    vector: Buffer,
    others: { assetId: string; part: number }[],
    parts: AlikePart[],
  ): Promise<PartCosines[]> {
    const cosines = parts.map(({ from, to }) => {
      const range = `${Number(from) + 1}, ${Number(to) - Number(from)}`;
      return `1 - (subvector(e.vector, ${range}) <=> subvector($2::halfvec, ${range}))`;
    });
    return sql.rows<PartCosines>(
      `SELECT e.asset_id AS "assetId", ARRAY[${cosines.join(', ')}]::float8[] AS cosines
       FROM unnest($3::uuid[], $4::integer[]) other (asset_id, part)
       JOIN embedding e ON e.space_id = $1 AND e.asset_id = other.asset_id AND e.part = other.part`,
      [space.id, vector, others.map(({ assetId }) => assetId), others.map(({ part }) => part)],
    );
  }

  async assetExists(sql: Sql, assetId: string): Promise<boolean> {
    return (await sql.first('SELECT FROM asset WHERE id = $1', [assetId])) !== undefined;
  }
}
