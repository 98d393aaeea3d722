import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext, newId } from '#kernel';
import { normalTag, tagName } from '../domain/normal-tag.ts';

const mostTags = 100;
const longestName = 100;

/** Tags that a file brings along (IPTC keywords, XMP subjects). */
@Injectable()
export class FileTagRepository {
  /** Makes these the file's tags of an asset. Tags that a person confirmed, rejected or added are left as they are. */
  async replace(sql: Sql, assetId: string, keywords: readonly string[]): Promise<void> {
    const tags = new Map<string, { id: string; name: string; normalName: string }>();
    for (const keyword of keywords) {
      const name = tagName(keyword.slice(0, longestName));
      const normalName = normalTag(name);
      if (normalName && !tags.has(normalName) && tags.size < mostTags) tags.set(normalName, { id: newId(), name, normalName });
    }
    // In one order, so that transactions that add the same tags wait for each other and never for each other's rest.
    const sorted = [...tags.values()].sort((a, b) => (a.normalName < b.normalName ? -1 : 1));
    const { organisationId } = currentContext();
    if (sorted.length > 0)
      await sql.run(
        `INSERT INTO tag (organisation_id, id, name, normal_name)
         SELECT $1, id, name, "normalName" FROM jsonb_to_recordset($2) AS t (id uuid, name text, "normalName" text)
         ON CONFLICT (organisation_id, normal_name) DO NOTHING`,
        [organisationId, JSON.stringify(sorted)],
      );
    await sql.run(
      `WITH wanted AS (SELECT id FROM tag WHERE normal_name = ANY($3)),
       gone AS (
         DELETE FROM asset_tag WHERE asset_id = $2 AND source = 'file' AND changed_by IS NULL AND tag_id NOT IN (SELECT id FROM wanted))
       INSERT INTO asset_tag (organisation_id, asset_id, tag_id, source, state)
       SELECT $1, $2, id, 'file', 'confirmed' FROM wanted ON CONFLICT DO NOTHING`,
      [organisationId, assetId, sorted.map((tag) => tag.normalName)],
    );
  }
}
