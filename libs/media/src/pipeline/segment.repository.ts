import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';

/** A shot of a video. */
export interface SegmentRow {
  position: number;
  startSeconds: number;
  endSeconds: number;
  /** 0 to 1: how good its frame is. */
  score: number;
  colours: { name: string; hex: string; share: number }[];
  quality: Record<string, number>;
}

/** A piece of text found in an asset. */
export interface TextSegmentRow {
  position: number;
  page?: number | null;
  startSeconds?: number | null;
  endSeconds?: number | null;
  text: string;
  words?: { text: string; confidence: number | null; start?: number; end?: number; box?: number[] }[];
  confidence?: number | null;
  language?: string | null;
}

export type TextSource = 'ocr' | 'speech' | 'subtitle' | 'document';

/** Writes the parts of assets: shots, and pieces of text. */
@Injectable()
export class SegmentRepository {
  /** Makes these the shots of a video. */
  async replaceShots(sql: Sql, assetId: string, segments: SegmentRow[]): Promise<void> {
    await sql.run('DELETE FROM segment WHERE asset_id = $1', [assetId]);
    await sql.run(
      `INSERT INTO segment (organisation_id, asset_id, position, start_seconds, end_seconds, score, colours, quality)
       SELECT $1, $2, position, "startSeconds", "endSeconds", score, colours, quality
       FROM jsonb_to_recordset($3) AS s (position integer, "startSeconds" float8, "endSeconds" float8, score float8, colours jsonb, quality jsonb)`,
      [currentContext().organisationId, assetId, JSON.stringify(segments)],
    );
  }

  /** Makes these the pieces of text of one source. Characters that PostgreSQL cannot keep (NUL, lone surrogates) are left out. */
  async replaceText(sql: Sql, assetId: string, source: TextSource, segments: TextSegmentRow[]): Promise<void> {
    await sql.run('DELETE FROM text_segment WHERE asset_id = $1 AND source = $2', [assetId, source]);
    if (segments.length === 0) return;
    const sound = segments.map((segment) => ({
      ...segment,
      text: keepable(segment.text),
      words: (segment.words ?? []).map((word) => ({ ...word, text: keepable(word.text) })),
    }));
    await sql.run(
      `INSERT INTO text_segment (organisation_id, asset_id, source, position, page, start_seconds, end_seconds, text, words, confidence, language)
       SELECT $1, $2, $3, position, page, "startSeconds", "endSeconds", text, words, confidence, language
       FROM jsonb_to_recordset($4) AS s (position integer, page integer, "startSeconds" float8, "endSeconds" float8, text text,
         words jsonb, confidence real, language text)`,
      [currentContext().organisationId, assetId, source, JSON.stringify(sound)],
    );
  }

  /** All text of an asset, in order. */
  async readText(
    sql: Sql,
    assetId: string,
  ): Promise<{ source: TextSource; position: number; text: string; startSeconds: number | null }[]> {
    return sql.rows(
      `SELECT source, position, text, start_seconds AS "startSeconds" FROM text_segment WHERE asset_id = $1 ORDER BY source, position`,
      [assetId],
    );
  }
}

function keepable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
