import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';

/** Where vectors of one model version live. */
export interface EmbeddingSpace {
  id: number;
  name: string;
  dimensions: number;
}

/** One vector in pgvector's binary form, with the part of the asset it stands for. */
export interface EncodedPart {
  assetId: string;
  part: number;
  atSeconds: number | null;
  vector: Buffer;
}

/** Rows per statement: large enough that the graph's pages stay warm, small enough for PostgreSQL's 65 535 parameters. */
const rowsPerStatement = 250;

/** Writes vectors. */
@Injectable()
export class VectorRepository {
  async findSpace(sql: Sql, name: string): Promise<EmbeddingSpace | undefined> {
    return sql.first<EmbeddingSpace & Record<string, unknown>>(
      'SELECT id, name, dimensions FROM embedding_space WHERE name = $1',
      [name],
    );
  }

  /** Puts rows in; those of the same part are replaced. */
  async insert(sql: Sql, organisationId: string, space: EmbeddingSpace, rows: EncodedPart[]): Promise<void> {
    for (let start = 0; start < rows.length; start += rowsPerStatement) {
      const batch = rows.slice(start, start + rowsPerStatement);
      const values = batch.map((_, index) => {
        const first = 3 + index * 4;
        return `($1::smallint, $2::uuid, $${first}::uuid, $${first + 1}::integer, $${first + 2}::double precision, $${first + 3}::halfvec)`;
      });
      await sql.run(
        `INSERT INTO embedding (space_id, organisation_id, asset_id, part, at_seconds, vector) VALUES ${values.join(', ')}
         ON CONFLICT (space_id, organisation_id, asset_id, part) DO UPDATE SET at_seconds = excluded.at_seconds, vector = excluded.vector`,
        [space.id, organisationId, ...batch.flatMap((row) => [row.assetId, row.part, row.atSeconds, row.vector])],
      );
    }
  }

  /** Deletes parts that an asset no longer has. */
  async deleteOtherParts(sql: Sql, spaceId: number, assets: { assetId: string; parts: number[] }[]): Promise<void> {
    for (const { assetId, parts } of assets)
      await sql.run('DELETE FROM embedding WHERE space_id = $1 AND asset_id = $2 AND part <> ALL($3::integer[])', [
        spaceId,
        assetId,
        parts,
      ]);
  }

  /** Deletes all vectors of an asset, or those of one space. */
  async deleteAsset(sql: Sql, assetId: string, spaceId: number | null): Promise<number> {
    return sql.run('DELETE FROM embedding WHERE asset_id = $1 AND ($2::smallint IS NULL OR space_id = $2)', [assetId, spaceId]);
  }

  /** Deletes the vectors of assets in a space. */
  async deleteAssets(sql: Sql, assetIds: readonly string[], spaceId: number): Promise<void> {
    await sql.run('DELETE FROM embedding WHERE space_id = $1 AND asset_id = ANY($2)', [spaceId, assetIds]);
  }

  /** Vectors of an asset in a space, in pgvector's text form, by part. */
  async readAsset(sql: Sql, assetId: string, spaceId: number): Promise<{ part: number; vector: string }[]> {
    return sql.rows('SELECT part, vector::text AS vector FROM embedding WHERE space_id = $1 AND asset_id = $2 ORDER BY part', [
      spaceId,
      assetId,
    ]);
  }
}
