import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { type AssetFilter, conditionsOf, Parameters } from '../assets/asset-filter.ts';
import type { AssetPosition } from '../domain/asset-cursor.ts';

/** An original to be written into a folder. */
export interface ExportedAsset {
  id: string;
  name: string;
  folder: string;
  /** Hexadecimal. */
  sha256: string;
  sizeBytes: number;
  /** RFC 3339. */
  addedAt: string;
  /** RFC 3339; null where nobody knows. */
  capturedAt: string | null;
}

const instant = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** What of the library is to be exported. */
@Injectable()
export class ExportRepository {
  async count(sql: Sql, filter: AssetFilter): Promise<{ files: number; bytes: number }> {
    const parameters = new Parameters();
    const row = await sql.first<{ files: number; bytes: number }>(
      `SELECT count(*)::integer AS files, coalesce(sum(size_bytes), 0)::float8 AS bytes FROM asset
       WHERE ${conditionsOf(filter, parameters).join(' AND ')}`,
      parameters.values,
    );
    return row ?? { files: 0, bytes: 0 };
  }

  /** A page, newest first, with the position of each to go on from. */
  page(
    sql: Sql,
    filter: AssetFilter,
    after: AssetPosition | undefined,
    limit: number,
  ): Promise<(ExportedAsset & { position: string })[]> {
    const parameters = new Parameters();
    const conditions = conditionsOf(filter, parameters);
    if (after)
      conditions.push(
        `(asset.shown_at, asset.id) < (${parameters.bind(after.shownAt)}::timestamptz, ${parameters.bind(after.id)}::uuid)`,
      );
    return sql.rows(
      `SELECT id, name, folder, encode(object_sha256, 'hex') AS sha256, size_bytes::float8 AS "sizeBytes",
         ${instant('added_at')} AS "addedAt", ${instant('captured_at')} AS "capturedAt", shown_at::text AS position
       FROM asset WHERE ${conditions.join(' AND ')} ORDER BY shown_at DESC, id DESC LIMIT ${parameters.bind(limit)}`,
      parameters.values,
    );
  }

  /** Ids of the collections or tags of a name, whatever its case. */
  async named(sql: Sql, table: 'collection' | 'tag', name: string): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(`SELECT id FROM ${table} WHERE lower(name) = lower($1) ORDER BY id`, [name]);
    return rows.map(({ id }) => id);
  }
}
