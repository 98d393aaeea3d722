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

/** Writes the shots of videos. */
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
}
