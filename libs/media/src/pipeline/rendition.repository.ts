import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import type { renditionKinds } from '../http/asset.contract.ts';

export type RenditionKind = (typeof renditionKinds)[number];

/** A rendition whose bytes are durable. */
export interface StoredRendition {
  kind: RenditionKind;
  position: number;
  /** Hex. */
  sha256: string;
  sizeBytes: number;
  mediaType: string;
  width: number | null;
  height: number | null;
  detail: Record<string, unknown>;
}

/** Which renditions an asset has. */
@Injectable()
export class RenditionRepository {
  /** Makes these the renditions of the asset, of the named kinds; others of those kinds go. */
  async replace(sql: Sql, assetId: string, kinds: readonly RenditionKind[], renditions: StoredRendition[]): Promise<void> {
    await sql.run(
      `WITH made AS (
         SELECT kind, position, decode(sha256, 'hex') AS sha256, "mediaType", "sizeBytes", width, height, detail
         FROM jsonb_to_recordset($3) AS r (kind text, position integer, sha256 text, "mediaType" text, "sizeBytes" bigint,
           width integer, height integer, detail jsonb)),
       gone AS (
         DELETE FROM rendition r WHERE r.asset_id = $2 AND r.kind = ANY($4)
           AND NOT EXISTS (SELECT FROM made WHERE made.kind = r.kind AND made.position = r.position))
       INSERT INTO rendition (organisation_id, asset_id, kind, position, object_sha256, media_type, size_bytes, width, height, detail)
       SELECT $1, $2, kind, position, sha256, "mediaType", "sizeBytes", width, height, detail FROM made
       ON CONFLICT (organisation_id, asset_id, kind, position) DO UPDATE SET object_sha256 = excluded.object_sha256,
         media_type = excluded.media_type, size_bytes = excluded.size_bytes, width = excluded.width, height = excluded.height,
         detail = excluded.detail`,
      [currentContext().organisationId, assetId, JSON.stringify(renditions), kinds],
    );
  }

  /** The bytes and shape of one rendition, or undefined where there is none. */
  async find(sql: Sql, assetId: string, kind: RenditionKind, position = 0): Promise<StoredRendition | undefined> {
    return sql.first<StoredRendition & Record<string, unknown>>(
      `SELECT kind, position, encode(object_sha256, 'hex') AS sha256, media_type AS "mediaType", size_bytes::float8 AS "sizeBytes",
         width, height, detail
       FROM rendition WHERE asset_id = $1 AND kind = $2 AND position = $3`,
      [assetId, kind, position],
    );
  }
}
