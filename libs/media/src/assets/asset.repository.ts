import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { AnswerOf } from '#kernel';
import { versionLength } from '../domain/rendition-version.ts';
import type { getAsset } from '../http/asset.contract.ts';
import { type TileRow, tileColumns } from './asset-tile.ts';

type Detail = AnswerOf<typeof getAsset>;
type Times<Part, Names extends keyof Part> = Omit<Part, Names> & { [Name in Names]: Date | Extract<Part[Name], null> };

export type DetailRow = TileRow &
  Times<
    Pick<
      Detail,
      | 'folder'
      | 'mediaType'
      | 'sizeBytes'
      | 'sha256'
      | 'stateReason'
      | 'orientation'
      | 'latitude'
      | 'longitude'
      | 'place'
      | 'camera'
      | 'lens'
      | 'caption'
      | 'colours'
      | 'quality'
      | 'metadata'
      | 'addedAt'
      | 'capturedAt'
      | 'trashedAt'
    >,
    'addedAt' | 'capturedAt' | 'trashedAt'
  >;
export type OriginRow = Times<Detail['origins'][number], 'arrivedAt'>;
export type LedgerRow = Times<Detail['ledger'][number], 'queuedAt' | 'startedAt' | 'finishedAt'>;
export type NearRow = TileRow & { distance: number };

/** What a person may change of an asset. */
export interface AssetEdit {
  name?: string | undefined;
  caption?: string | undefined;
  rating?: number | null | undefined;
  place?: string | null | undefined;
}

/** One asset and everything that hangs on it. */
@Injectable()
export class AssetRepository {
  find(sql: Sql, id: string): Promise<DetailRow | undefined> {
    return sql.first<DetailRow & Record<string, unknown>>(
      `SELECT ${tileColumns}, folder, media_type AS "mediaType", size_bytes::float8 AS "sizeBytes", encode(object_sha256, 'hex') AS sha256,
         state_reason AS "stateReason", added_at AS "addedAt", captured_at AS "capturedAt", orientation, latitude, longitude, place, camera,
         lens, caption, colours, quality, metadata, trashed_at AS "trashedAt"
       FROM asset WHERE id = $1`,
      [id],
    );
  }

  /** What may be edited, locked. */
  lock(sql: Sql, id: string): Promise<Required<AssetEdit> | undefined> {
    return sql.first<Required<AssetEdit> & Record<string, unknown>>(
      'SELECT name, caption, rating, place FROM asset WHERE id = $1 FOR UPDATE',
      [id],
    );
  }

  async edit(sql: Sql, id: string, edit: AssetEdit): Promise<void> {
    const columns = Object.entries(edit).filter(([, value]) => value !== undefined);
    const sets = columns.map(([column], index) => `${column} = $${index + 2}`);
    await sql.run(`UPDATE asset SET ${sets.join(', ')} WHERE id = $1`, [id, ...columns.map(([, value]) => value)]);
  }

  /** Moves assets into the trash or out of it; answers those that were not there yet. */
  async setTrashed(sql: Sql, ids: string[], trashed: boolean): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `UPDATE asset SET trashed_at = CASE WHEN $2 THEN now() END WHERE id = ANY($1) AND (trashed_at IS NULL) = $2 RETURNING id`,
      [ids, trashed],
    );
    return rows.map((row) => row.id);
  }

  origins(sql: Sql, id: string): Promise<OriginRow[]> {
    return sql.rows(
      'SELECT name, folder, min(arrived_at) AS "arrivedAt" FROM asset_origin WHERE asset_id = $1 GROUP BY name, folder ORDER BY 3',
      [id],
    );
  }

  tags(sql: Sql, id: string): Promise<Detail['tags']> {
    return sql.rows(
      `SELECT tag.id, tag.name, source, state, confidence FROM asset_tag JOIN tag ON tag.organisation_id = asset_tag.organisation_id AND tag.id = tag_id
       WHERE asset_id = $1 ORDER BY state, tag.normal_name`,
      [id],
    );
  }

  collections(sql: Sql, id: string): Promise<Detail['collections']> {
    return sql.rows(
      `SELECT collection.id, collection.name FROM collection_asset
       JOIN collection ON collection.organisation_id = collection_asset.organisation_id AND collection.id = collection_id
       WHERE asset_id = $1 ORDER BY collection.name`,
      [id],
    );
  }

  renditions(sql: Sql, id: string): Promise<Detail['renditions']> {
    return sql.rows(
      `SELECT kind, position, left(encode(object_sha256, 'hex'), ${versionLength}) AS v, media_type AS "mediaType", size_bytes::float8 AS "sizeBytes", width, height, detail
       FROM rendition WHERE asset_id = $1 ORDER BY kind, position`,
      [id],
    );
  }

  segments(sql: Sql, id: string): Promise<Detail['segments']> {
    return sql.rows(
      `SELECT position, start_seconds AS "startSeconds", end_seconds AS "endSeconds", score, colours
       FROM segment WHERE asset_id = $1 ORDER BY position`,
      [id],
    );
  }

  ledger(sql: Sql, id: string): Promise<LedgerRow[]> {
    return sql.rows(
      `SELECT step, state, attempts, duration_ms AS "durationMs", cpu_ms AS "cpuMs", step_version AS "stepVersion",
         model_versions AS "modelVersions", outcome, error_code AS "errorCode", error_message AS "errorMessage",
         queued_at AS "queuedAt", started_at AS "startedAt", finished_at AS "finishedAt"
       FROM ledger_step WHERE asset_id = $1
       ORDER BY array_position(ARRAY['probe', 'renditions', 'recognise', 'text', 'embed', 'index'], step)`,
      [id],
    );
  }

  nearDuplicates(sql: Sql, id: string): Promise<NearRow[]> {
    return sql.rows(
      `WITH near AS (
         SELECT other_id AS id, distance FROM near_duplicate WHERE asset_id = $1
         UNION
         SELECT asset_id, distance FROM near_duplicate WHERE other_id = $1
       )
       SELECT ${tileColumns}, near.distance FROM near JOIN asset USING (id) WHERE asset.trashed_at IS NULL
       ORDER BY near.distance, asset.id LIMIT 100`,
      [id],
    );
  }
}
