import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { AssetWords, SearchDocument } from './domain/document.ts';

/** Reads what an asset is described by and keeps its rows in the word index. */
@Injectable()
export class SearchIndexRepository {
  /**
   * Makes the indexing of an asset exclusive until the transaction ends, so that an older reading never overwrites a newer. The lock is the
   * asset's own row, which whoever changes the asset holds too: one lock, so no deadlock between them. Answers whether there is such an asset.
   */
  async lock(sql: Sql, assetId: string): Promise<boolean> {
    return (await sql.first('SELECT FROM asset WHERE id = $1 FOR NO KEY UPDATE', [assetId])) !== undefined;
  }

  /** Forgets that an asset is out of date; changes committed after this mark it again. */
  async clearStale(sql: Sql, assetId: string): Promise<void> {
    await sql.run('DELETE FROM search_stale WHERE asset_id = $1', [assetId]);
  }

  /** Assets whose index rows are older than the asset, longest waiting first; on wish only those in which nothing is read or said. */
  async findStale(sql: Sql, limit: number, withoutText = false): Promise<string[]> {
    const rows = await sql.rows<{ asset_id: string }>(
      `SELECT s.asset_id FROM search_stale s
       WHERE NOT $2 OR NOT EXISTS (SELECT FROM text_segment t WHERE t.organisation_id = s.organisation_id AND t.asset_id = s.asset_id)
       ORDER BY s.marked_at LIMIT $1`,
      [limit, withoutText],
    );
    return rows.map((row) => row.asset_id);
  }

  /** Whether indexing anew is due as a job already. */
  async isRefreshDue(sql: Sql, job: string): Promise<boolean> {
    return (await sql.first(`SELECT FROM outbox WHERE job = $1 AND state <> 'dead' LIMIT 1`, [job])) !== undefined;
  }

  /** All but the text in it. */
  async readAsset(sql: Sql, assetId: string): Promise<Omit<AssetWords, 'segments'> | undefined> {
    return sql.first<Omit<AssetWords, 'segments'>>(
      `SELECT array_append(ARRAY(SELECT o.name FROM asset_origin o WHERE o.organisation_id = a.organisation_id AND o.asset_id = a.id
                AND o.name <> a.name ORDER BY o.arrived_at), a.name) AS names,
              array_append(ARRAY(SELECT DISTINCT o.folder FROM asset_origin o WHERE o.organisation_id = a.organisation_id AND o.asset_id = a.id
                AND o.folder <> a.folder), a.folder) AS folders,
              ARRAY(SELECT t.name FROM asset_tag at JOIN tag t ON t.organisation_id = at.organisation_id AND t.id = at.tag_id
                WHERE at.organisation_id = a.organisation_id AND at.asset_id = a.id AND at.state <> 'rejected' ORDER BY t.name) AS tags,
              a.caption, a.place, a.camera, a.lens, a.colours, a.metadata
       FROM asset a WHERE a.id = $1`,
      [assetId],
    );
  }

  async write(sql: Sql, organisationId: string, assetId: string, document: SearchDocument): Promise<void> {
    await sql.run(
      `INSERT INTO search_document (organisation_id, asset_id, words, indexed_at, trashed)
       VALUES ($1, $2, search_document_words($3, $4, $5, $6, $7), now(),
         (SELECT trashed_at IS NOT NULL FROM asset WHERE organisation_id = $1 AND id = $2))
       ON CONFLICT (organisation_id, asset_id) DO UPDATE SET words = excluded.words, indexed_at = excluded.indexed_at`,
      [organisationId, assetId, document.a, document.b, document.c, document.d, document.rest],
    );
    await sql.run('DELETE FROM search_segment WHERE asset_id = $1', [assetId]);
    if (document.segments.length > 0)
      await sql.run(
        `INSERT INTO search_segment (organisation_id, asset_id, source, position, words)
         SELECT $1, $2, source, position, search_words(folded)
         FROM unnest($3::text[], $4::integer[], $5::text[]) AS segment (source, position, folded)
         WHERE EXISTS (SELECT FROM text_segment t WHERE t.organisation_id = $1 AND t.asset_id = $2 AND t.source = segment.source
           AND t.position = segment.position)`,
        [
          organisationId,
          assetId,
          document.segments.map((segment) => segment.source),
          document.segments.map((segment) => segment.position),
          document.segments.map((segment) => segment.folded),
        ],
      );
    await sql.run(
      `INSERT INTO search_term (organisation_id, term)
       SELECT $1, term FROM unnest($2::text[]) AS term
       WHERE NOT EXISTS (SELECT FROM search_term known WHERE known.organisation_id = $1 AND known.term = term.term)
       ON CONFLICT DO NOTHING`,
      [organisationId, document.terms],
    );
  }

  /** Takes an asset out of the word index, with the words that no other asset of the organisation has. */
  async remove(sql: Sql, assetId: string): Promise<void> {
    const row = await sql.first<{ terms: string[] }>(
      `DELETE FROM search_document WHERE asset_id = $1 RETURNING tsvector_to_array(words) AS terms`,
      [assetId],
    );
    await sql.run('DELETE FROM search_segment WHERE asset_id = $1', [assetId]);
    if (!row) return;
    await sql.run(
      `DELETE FROM search_term WHERE term = ANY($1)
       AND NOT EXISTS (SELECT FROM search_document other WHERE other.words @@ quote_literal(search_term.term)::tsquery)`,
      [row.terms],
    );
  }
}
