import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext, newId } from '#kernel';

export interface TagRow {
  id: string;
  name: string;
  /** Assets outside the trash that carry it. */
  assets: number;
}

const columns = `tag.id, tag.name, (SELECT count(*)::integer FROM asset_tag
    JOIN asset ON asset.organisation_id = asset_tag.organisation_id AND asset.id = asset_id AND asset.trashed_at IS NULL
    WHERE asset_tag.organisation_id = tag.organisation_id AND tag_id = tag.id AND asset_tag.state <> 'rejected') AS assets`;

/** Tags and what carries them. */
@Injectable()
export class TagRepository {
  /** Tags whose normal form contains a text (all for an empty one), in alphabetical order. */
  list(sql: Sql, normalText: string): Promise<TagRow[]> {
    return sql.rows(`SELECT ${columns} FROM tag WHERE position($1 IN normal_name) > 0 ORDER BY normal_name`, [normalText]);
  }

  find(sql: Sql, id: string): Promise<TagRow | undefined> {
    return sql.first<TagRow & Record<string, unknown>>(`SELECT ${columns} FROM tag WHERE id = $1`, [id]);
  }

  findByName(sql: Sql, normalName: string): Promise<TagRow | undefined> {
    return sql.first<TagRow & Record<string, unknown>>(`SELECT ${columns} FROM tag WHERE normal_name = $1`, [normalName]);
  }

  /** Answers the new tag's id, or undefined where one of this normal name exists. */
  async add(sql: Sql, name: string, normalName: string): Promise<string | undefined> {
    const row = await sql.first<{ id: string }>(
      'INSERT INTO tag (organisation_id, id, name, normal_name) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id',
      [currentContext().organisationId, newId(), name, normalName],
    );
    return row?.id;
  }

  async rename(sql: Sql, id: string, name: string, normalName: string): Promise<void> {
    await sql.run('UPDATE tag SET name = $2, normal_name = $3 WHERE id = $1', [id, name, normalName]);
  }

  async remove(sql: Sql, id: string): Promise<void> {
    await sql.run('DELETE FROM tag WHERE id = $1', [id]);
  }

  /** Assets that have the tag in any state. */
  async taggedAssets(sql: Sql, id: string): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>('SELECT asset_id AS id FROM asset_tag WHERE tag_id = $1', [id]);
    return rows.map((row) => row.id);
  }

  /** A person's word on a tag of assets, over whatever a model or the file said. Answers the assets where that is news. */
  async judge(sql: Sql, tagId: string, assetIds: string[], state: 'confirmed' | 'rejected'): Promise<string[]> {
    const { organisationId, actor } = currentContext();
    const rows = await sql.rows<{ id: string }>(
      `INSERT INTO asset_tag (organisation_id, asset_id, tag_id, source, state, changed_by)
       SELECT $1, id, $2, 'person', $4, $5 FROM asset WHERE id = ANY($3) ORDER BY id
       ON CONFLICT (organisation_id, asset_id, tag_id)
         DO UPDATE SET state = excluded.state, changed_by = excluded.changed_by, changed_at = now()
         WHERE asset_tag.state <> excluded.state
       RETURNING asset_id AS id`,
      [organisationId, tagId, assetIds, state, actor.kind === 'account' ? actor.id : null],
    );
    return rows.map((row) => row.id);
  }

  async detach(sql: Sql, tagId: string, assetIds: string[]): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      'DELETE FROM asset_tag WHERE tag_id = $1 AND asset_id = ANY($2) RETURNING asset_id AS id',
      [tagId, assetIds],
    );
    return rows.map((row) => row.id);
  }
}
