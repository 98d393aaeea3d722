import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { TextPlace, TextSegmentRow } from './domain/text-parts.ts';

/** Texts from before they were sealed. */
@Injectable()
export class PlainTextRepository {
  /** The next of them after a place, in order. */
  next(sql: Sql, after: TextPlace | undefined, limit: number): Promise<TextPlace[]> {
    return sql.rows<TextPlace & Record<string, unknown>>(
      `SELECT asset_id AS "assetId", source FROM text_segment
       WHERE ($1::uuid IS NULL OR (asset_id, source) > ($1, $2)) AND (text <> '' OR words <> '[]')
       GROUP BY asset_id, source ORDER BY asset_id, source LIMIT $3`,
      [after?.assetId ?? null, after?.source ?? '', limit],
    );
  }

  segments(sql: Sql, { assetId, source }: TextPlace): Promise<TextSegmentRow[]> {
    return sql.rows<TextSegmentRow & Record<string, unknown>>(
      'SELECT position, text, words FROM text_segment WHERE asset_id = $1 AND source = $2 ORDER BY position',
      [assetId, source],
    );
  }

  /** Whether the text still lies in the clear, with so many segments; nobody replaces it until the transaction ends. */
  async hold(sql: Sql, { assetId, source }: TextPlace, segments: number): Promise<boolean> {
    await sql.run('SELECT FROM asset WHERE id = $1 FOR NO KEY UPDATE', [assetId]);
    // Only now: whoever had the lock may have replaced the text.
    const row = await sql.first<{ isPlain: boolean }>(
      `SELECT count(*) = $3 AND NOT EXISTS (SELECT FROM sealed_text WHERE asset_id = $1 AND source = $2) AS "isPlain"
       FROM text_segment WHERE asset_id = $1 AND source = $2`,
      [assetId, source, segments],
    );
    return row?.isPlain ?? false;
  }

  async empty(sql: Sql, { assetId, source }: TextPlace): Promise<void> {
    await sql.run(`UPDATE text_segment SET text = '', words = '[]' WHERE asset_id = $1 AND source = $2`, [assetId, source]);
  }
}
