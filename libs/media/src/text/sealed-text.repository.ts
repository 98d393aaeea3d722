import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import type { WrappedKey } from '#keys';
import type { TextPlace, TextSegmentRow, TextSource, TextWord } from './domain/text-parts.ts';

/** Whose key locks a text: the original's, or where that lies in the clear the key of the account that brought it (null: the organisation). */
export interface TextOwner {
  keyId: string | null;
  addedBy: string | null;
}

/** A part that is to be stored. */
export interface SealedPart {
  firstPosition: number;
  id: string;
  sealed: Buffer;
  key: WrappedKey;
}

/** A text that is sealed and not yet stored. */
export interface SealedText extends TextPlace {
  owner: TextOwner | undefined;
  segments: readonly TextSegmentRow[];
  parts: readonly SealedPart[];
}

/** A segment as it is stored. */
export interface StoredSegment extends TextPlace {
  position: number;
  page: number | null;
  startSeconds: number | null;
  endSeconds: number | null;
  confidence: number | null;
  language: string | null;
  /** Empty unless it is from before texts were sealed. */
  text: string;
  words: TextWord[];
  /** The part that it is in; null where it is from before. */
  part: SealedPart | null;
}

/** Where a segment is. */
export interface SegmentPlace extends TextPlace {
  position: number;
}

type Row = Omit<StoredSegment, 'part'> & {
  firstPosition: number | null;
  id: string;
  sealed: Buffer;
  keyId: string;
  keyVersion: number;
  wrapped: Buffer;
};

const columns = `t.asset_id AS "assetId", t.source, t.position, t.page, t.start_seconds AS "startSeconds", t.end_seconds AS "endSeconds",
  t.confidence, t.language, t.text, t.words, p.first_position AS "firstPosition", p.id, p.sealed, p.key_id AS "keyId", p.key_version AS "keyVersion",
  p.wrapped_key AS wrapped`;

/** Rows of texts: where their segments are, and what they say under seal. */
@Injectable()
export class SealedTextRepository {
  findOwner(sql: Sql, assetId: string): Promise<TextOwner | undefined> {
    return sql.first<TextOwner & Record<string, unknown>>(
      `SELECT o.key_id AS "keyId", a.added_by AS "addedBy" FROM asset a
         JOIN stored_object o ON o.organisation_id = a.organisation_id AND o.sha256 = a.object_sha256 WHERE a.id = $1`,
      [assetId],
    );
  }

  /**
   * Whether the owner is still the one that a text was sealed for. Takes the asset's lock, as whoever changes an asset does, and until the transaction ends whoever gives the original to somebody else waits: they find this
   * text when they look for what must be given, too (HandoverRepository).
   */
  async holdOwner(sql: Sql, { assetId, owner }: Pick<SealedText, 'assetId' | 'owner'>): Promise<boolean> {
    const now = await sql.first<TextOwner & Record<string, unknown>>(
      `SELECT o.key_id AS "keyId", a.added_by AS "addedBy" FROM asset a
         JOIN stored_object o ON o.organisation_id = a.organisation_id AND o.sha256 = a.object_sha256 WHERE a.id = $1
       FOR NO KEY UPDATE OF a FOR SHARE OF o`,
      [assetId],
    );
    return now?.keyId === owner?.keyId && (now?.keyId !== null || now?.addedBy === owner?.addedBy);
  }

  async remove(sql: Sql, { assetId, source }: TextPlace): Promise<void> {
    await sql.run('DELETE FROM text_segment WHERE asset_id = $1 AND source = $2', [assetId, source]);
  }

  async addSegments(sql: Sql, { assetId, source }: TextPlace, segments: readonly TextSegmentRow[]): Promise<void> {
    const places = segments.map(({ position, page, startSeconds, endSeconds, confidence, language }) => ({
      ...{ position, page, startSeconds, endSeconds, confidence, language },
    }));
    await sql.run(
      `INSERT INTO text_segment (organisation_id, asset_id, source, position, page, start_seconds, end_seconds, confidence, language)
       SELECT $1, $2, $3, position, page, "startSeconds", "endSeconds", confidence, language
       FROM jsonb_to_recordset($4) AS s (position integer, page integer, "startSeconds" float8, "endSeconds" float8, confidence real, language text)`,
      [currentContext().organisationId, assetId, source, JSON.stringify(places)],
    );
  }

  async addParts(sql: Sql, { assetId, source, parts }: SealedText): Promise<void> {
    await sql.run(
      `INSERT INTO sealed_text (organisation_id, asset_id, source, first_position, id, sealed, key_id, key_version, wrapped_key)
       SELECT $1, $2, $3, p.* FROM unnest($4::int[], $5::uuid[], $6::bytea[], $7::uuid[], $8::int[], $9::bytea[]) AS p`,
      [
        currentContext().organisationId,
        assetId,
        source,
        parts.map(({ firstPosition }) => firstPosition),
        parts.map(({ id }) => id),
        parts.map(({ sealed }) => sealed),
        parts.map(({ key }) => key.keyId),
        parts.map(({ key }) => key.keyVersion),
        parts.map(({ key }) => key.wrapped),
      ],
    );
  }

  /** All segments of an asset by source and position, in one statement: places and parts of one version of each text. */
  async ofAsset(sql: Sql, assetId: string): Promise<StoredSegment[]> {
    const rows = await sql.rows<Row & Record<string, unknown>>(
      `SELECT ${columns} FROM text_segment t LEFT JOIN sealed_text p ON p.organisation_id = t.organisation_id AND p.asset_id = t.asset_id
         AND p.source = t.source AND p.first_position = t.position
       WHERE t.asset_id = $1 ORDER BY t.source, t.position`,
      [assetId],
    );
    let part: { source: TextSource; part: SealedPart | null } | undefined;
    return rows.map((row) => {
      if (row.firstPosition !== null || part?.source !== row.source) part = { source: row.source, part: partOf(row) };
      return segmentOf(row, part.part);
    });
  }

  /** Those of the segments that are there. */
  async at(sql: Sql, places: readonly SegmentPlace[]): Promise<StoredSegment[]> {
    const rows = await sql.rows<Row & Record<string, unknown>>(
      `SELECT ${columns} FROM unnest($1::uuid[], $2::text[], $3::int[]) AS w (asset_id, source, position)
         JOIN text_segment t ON t.asset_id = w.asset_id AND t.source = w.source AND t.position = w.position
         LEFT JOIN LATERAL (SELECT * FROM sealed_text s WHERE s.organisation_id = t.organisation_id AND s.asset_id = t.asset_id AND s.source = t.source
           AND s.first_position <= t.position ORDER BY s.first_position DESC LIMIT 1) p ON true
       ORDER BY t.asset_id, t.source, t.position`,
      [places.map(({ assetId }) => assetId), places.map(({ source }) => source), places.map(({ position }) => position)],
    );
    return rows.map((row) => segmentOf(row, partOf(row)));
  }

  /** What `versionOf` says of the segments that are stored now. */
  async version(sql: Sql, assetId: string): Promise<string> {
    const row = await sql.first<{ version: string }>(
      `SELECT count(*) || '/' || coalesce(string_agg(p.id::text, ' ' ORDER BY p.id), '') AS version
       FROM text_segment t LEFT JOIN sealed_text p ON p.organisation_id = t.organisation_id AND p.asset_id = t.asset_id
         AND p.source = t.source AND p.first_position = t.position
       WHERE t.asset_id = $1`,
      [assetId],
    );
    return row?.version ?? '';
  }

  /** Takes texts away of which any part has one of these ids. */
  async forget(sql: Sql, ids: readonly string[]): Promise<void> {
    await sql.run(
      `DELETE FROM text_segment t USING sealed_text p WHERE p.id = ANY($1) AND t.organisation_id = p.organisation_id AND t.asset_id = p.asset_id
         AND t.source = p.source`,
      [ids],
    );
  }
}

/** Which version of an asset's texts these segments are: another one has another text, or other places. */
export function versionOf(segments: readonly StoredSegment[]): string {
  const ids = new Set(segments.flatMap(({ part }) => (part ? [part.id] : [])));
  return `${segments.length}/${[...ids].sort().join(' ')}`;
}

function partOf({ firstPosition, id, sealed, keyId, keyVersion, wrapped }: Row): SealedPart | null {
  return firstPosition === null ? null : { firstPosition, id, sealed, key: { keyId, keyVersion, wrapped } };
}

function segmentOf(row: Row, part: SealedPart | null): StoredSegment {
  const { assetId, source, position, page, startSeconds, endSeconds, confidence, language, text, words } = row;
  return { assetId, source, position, page, startSeconds, endSeconds, confidence, language, text, words, part };
}
