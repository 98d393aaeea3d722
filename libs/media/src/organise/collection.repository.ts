import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext, newId } from '#kernel';
import { versionLength } from '../domain/rendition-version.ts';

export interface CollectionRow {
  id: string;
  name: string;
  description: string;
  assets: number;
  covers: { id: string; v: string }[];
  createdAt: Date;
  updatedAt: Date;
}

const members = (more = '') => `FROM collection_asset
    JOIN asset ON asset.organisation_id = collection_asset.organisation_id AND asset.id = collection_asset.asset_id AND asset.trashed_at IS NULL ${more}
    WHERE collection_asset.organisation_id = collection.organisation_id AND collection_id = collection.id`;

const thumbnail = `JOIN rendition ON rendition.organisation_id = asset.organisation_id AND rendition.asset_id = asset.id
      AND rendition.kind = 'thumbnail' AND rendition.position = 0`;

const columns = `id, name, description, created_at AS "createdAt", updated_at AS "updatedAt",
  (SELECT count(*)::integer ${members()}) AS assets,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', cover.asset_id, 'v', left(encode(cover.sha256, 'hex'), ${versionLength}))), '[]')
   FROM (SELECT collection_asset.asset_id, rendition.object_sha256 AS sha256 ${members(thumbnail)}
     ORDER BY collection_asset.added_at DESC, collection_asset.asset_id LIMIT 4) AS cover) AS covers`;

/** Collections and what is in them. */
@Injectable()
export class CollectionRepository {
  list(sql: Sql): Promise<CollectionRow[]> {
    return sql.rows(`SELECT ${columns} FROM collection ORDER BY updated_at DESC, id`);
  }

  find(sql: Sql, id: string): Promise<CollectionRow | undefined> {
    return sql.first<CollectionRow & Record<string, unknown>>(`SELECT ${columns} FROM collection WHERE id = $1`, [id]);
  }

  async add(sql: Sql, name: string, description: string): Promise<string> {
    const { organisationId, actor } = currentContext();
    const id = newId();
    await sql.run('INSERT INTO collection (organisation_id, id, name, description, created_by) VALUES ($1, $2, $3, $4, $5)', [
      organisationId,
      id,
      name,
      description,
      actor.kind === 'account' ? actor.id : null,
    ]);
    return id;
  }

  async describe(sql: Sql, id: string, { name, description }: { name: string; description: string }): Promise<void> {
    await sql.run('UPDATE collection SET name = $2, description = $3, updated_at = now() WHERE id = $1', [
      id,
      name,
      description,
    ]);
  }

  /** Answers the assets that were in it. */
  async remove(sql: Sql, id: string): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      'DELETE FROM collection_asset WHERE collection_id = $1 RETURNING asset_id AS id',
      [id],
    );
    await sql.run('DELETE FROM collection WHERE id = $1', [id]);
    return rows.map((row) => row.id);
  }

  /** Adds assets; ids that name none are left out. Answers those that were not in it yet. */
  async put(sql: Sql, id: string, assetIds: string[]): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `INSERT INTO collection_asset (organisation_id, collection_id, asset_id)
       SELECT $1, $2, id FROM asset WHERE id = ANY($3) ORDER BY id ON CONFLICT DO NOTHING RETURNING asset_id AS id`,
      [currentContext().organisationId, id, assetIds],
    );
    return rows.map((row) => row.id);
  }

  async take(sql: Sql, id: string, assetIds: string[]): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      'DELETE FROM collection_asset WHERE collection_id = $1 AND asset_id = ANY($2) RETURNING asset_id AS id',
      [id, assetIds],
    );
    return rows.map((row) => row.id);
  }

  async noteChange(sql: Sql, id: string): Promise<void> {
    await sql.run('UPDATE collection SET updated_at = now() WHERE id = $1', [id]);
  }
}
