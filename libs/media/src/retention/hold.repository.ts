import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';

/** A legal hold as its rows say. */
export interface HoldRow {
  id: string;
  name: string;
  reason: string;
  collectionId: string | null;
  collectionName: string | null;
  assets: number;
  bytes: number;
  placedBy: string;
  placedAt: Date;
  releasedBy: string | null;
  releasedAt: Date | null;
  releaseReason: string | null;
}

export interface NewHold {
  id: string;
  name: string;
  reason: string;
  collectionId: string | null;
  placedAt: Date;
}

/** A hold on one asset. */
export interface AssetHold {
  id: string;
  name: string;
  reason: string;
  placedBy: string;
  placedAt: Date;
}

const columns = `h.id, h.name, h.reason, h.collection_id AS "collectionId", c.name AS "collectionName", coalesce(h.released_assets, held.assets) AS assets,
  held.bytes, h.placed_by AS "placedBy", h.placed_at AS "placedAt", h.released_by AS "releasedBy", h.released_at AS "releasedAt",
  h.release_reason AS "releaseReason"`;

const tables = `legal_hold h LEFT JOIN collection c ON c.organisation_id = h.organisation_id AND c.id = h.collection_id
  CROSS JOIN LATERAL (SELECT count(*)::integer AS assets, coalesce(sum(a.size_bytes), 0)::float8 AS bytes FROM legal_hold_asset l
    JOIN asset a ON a.organisation_id = l.organisation_id AND a.id = l.asset_id WHERE l.organisation_id = h.organisation_id AND l.hold_id = h.id) held`;

/** Legal holds and the assets they stand on. Triggers carry them to objects, new renditions and what comes into a held collection. */
@Injectable()
export class HoldRepository {
  list(sql: Sql): Promise<HoldRow[]> {
    return sql.rows<HoldRow & Record<string, unknown>>(
      `SELECT ${columns} FROM ${tables} ORDER BY h.released_at IS NOT NULL, h.placed_at DESC, h.id LIMIT 500`,
    );
  }

  find(sql: Sql, id: string): Promise<HoldRow | undefined> {
    return sql.first<HoldRow & Record<string, unknown>>(`SELECT ${columns} FROM ${tables} WHERE h.id = $1`, [id]);
  }

  /** Locks a hold, so that it is not released while assets are added. */
  async lock(sql: Sql, id: string): Promise<boolean> {
    return (await sql.first('SELECT FROM legal_hold WHERE id = $1 FOR UPDATE', [id])) !== undefined;
  }

  /** Locks a collection: what is being put into it is waited for, what comes later finds the hold. Answers its assets, or undefined where it is gone. */
  async lockCollection(sql: Sql, id: string): Promise<string[] | undefined> {
    if (!(await sql.first('SELECT FROM collection WHERE id = $1 FOR UPDATE', [id]))) return undefined;
    const rows = await sql.rows<{ id: string }>('SELECT asset_id AS id FROM collection_asset WHERE collection_id = $1', [id]);
    return rows.map((row) => row.id);
  }

  async add(sql: Sql, { id, name, reason, collectionId, placedAt }: NewHold): Promise<void> {
    const { organisationId, actor } = currentContext();
    await sql.run(
      `INSERT INTO legal_hold (organisation_id, id, name, reason, collection_id, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [organisationId, id, name, reason, collectionId, actor.label, placedAt],
    );
  }

  /** Puts assets under a hold; answers those that were not under it yet. Whoever is deleting or making something of one of them is waited for. */
  async hold(sql: Sql, id: string, assetIds: readonly string[]): Promise<string[]> {
    const there = await sql.rows<{ id: string }>('SELECT id FROM asset WHERE id = ANY($1) ORDER BY id FOR UPDATE', [assetIds]);
    const rows = await sql.rows<{ id: string }>(
      `INSERT INTO legal_hold_asset (organisation_id, hold_id, asset_id) SELECT $1, $2, unnest($3::uuid[]) ON CONFLICT DO NOTHING RETURNING asset_id AS id`,
      [currentContext().organisationId, id, there.map((row) => row.id)],
    );
    return rows.map((row) => row.id);
  }

  /** Ends a hold; answers the assets that it stood on. Objects that no held asset is made of any more are free. */
  async release(sql: Sql, id: string, reason: string, at: Date): Promise<string[]> {
    const { organisationId, actor } = currentContext();
    const rows = await sql.rows<{ id: string }>('DELETE FROM legal_hold_asset WHERE hold_id = $1 RETURNING asset_id AS id', [
      id,
    ]);
    await sql.run(
      'UPDATE legal_hold SET released_by = $2, released_at = $3, release_reason = $4, released_assets = $5 WHERE id = $1',
      [id, actor.label, at, reason, rows.length],
    );
    await sql.run(
      `UPDATE stored_object o SET held = false WHERE o.organisation_id = $1 AND o.held AND o.sha256 NOT IN (
         SELECT a.object_sha256 FROM legal_hold_asset h JOIN asset a ON a.organisation_id = h.organisation_id AND a.id = h.asset_id
         UNION ALL
         SELECT r.object_sha256 FROM legal_hold_asset h JOIN rendition r ON r.organisation_id = h.organisation_id AND r.asset_id = h.asset_id)`,
      [organisationId],
    );
    return rows.map((row) => row.id);
  }

  /** Holds that are being placed or released at once would free what the other holds: one at a time in an organisation. */
  async queueUp(sql: Sql): Promise<void> {
    await sql.run(`SELECT pg_advisory_xact_lock(hashtextextended('legal_hold ' || $1, 0))`, [currentContext().organisationId]);
  }

  /** How many of the assets are here, and how many of those are under any hold. */
  async countHeld(sql: Sql, assetIds: readonly string[]): Promise<{ assets: number; held: number }> {
    const row = await sql.first<{ assets: number; held: number }>(
      `SELECT count(*)::integer AS assets, count(*) FILTER (WHERE EXISTS (SELECT FROM legal_hold_asset l
         WHERE l.organisation_id = a.organisation_id AND l.asset_id = a.id))::integer AS held FROM asset a WHERE a.id = ANY($1)`,
      [assetIds],
    );
    return row ?? { assets: 0, held: 0 };
  }

  /** The holds that stand on some of the assets, and on how many of them each does; the oldest first. */
  standingOn(sql: Sql, assetIds: readonly string[]): Promise<{ id: string; name: string; assets: number }[]> {
    return sql.rows<{ id: string; name: string; assets: number }>(
      `SELECT h.id, h.name, count(*)::integer AS assets FROM legal_hold_asset l
       JOIN legal_hold h ON h.organisation_id = l.organisation_id AND h.id = l.hold_id
       WHERE l.asset_id = ANY($1) GROUP BY h.organisation_id, h.id ORDER BY h.placed_at, h.id LIMIT 100`,
      [assetIds],
    );
  }

  ofAsset(sql: Sql, assetId: string): Promise<AssetHold[]> {
    return sql.rows<AssetHold & Record<string, unknown>>(
      `SELECT h.id, h.name, h.reason, h.placed_by AS "placedBy", h.placed_at AS "placedAt" FROM legal_hold_asset l
       JOIN legal_hold h ON h.organisation_id = l.organisation_id AND h.id = l.hold_id WHERE l.asset_id = $1 ORDER BY h.placed_at, h.id`,
      [assetId],
    );
  }
}
