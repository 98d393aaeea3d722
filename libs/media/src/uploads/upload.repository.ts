import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import type { WrappedKey } from '#keys';
import type { Accepted } from '../ingest/arrival.ts';

export interface UploadRow {
  id: string;
  name: string;
  folder: string;
  /** The name as it was given, where it differs. */
  givenName: string | null;
  sizeBytes: number;
  /** Durable bytes. */
  offsetBytes: number;
  /** What the sender announced, hexadecimal. */
  sha256: string | null;
  /** What arrived, hexadecimal; set once all bytes are there. */
  receivedSha256: string | null;
  modifiedAt: Date | null;
  state: 'receiving' | 'stored' | 'failed';
  assetId: string | null;
  isDuplicate: boolean;
  error: string | null;
  expiresAt: Date;
  /** The key of its bytes; null where they came whole and are an object. */
  key: WrappedKey | null;
}

export type NewUpload = Pick<UploadRow, 'id' | 'name' | 'folder' | 'givenName' | 'sizeBytes' | 'sha256' | 'modifiedAt' | 'key'>;

type StoredRow = Omit<UploadRow, 'key'> & { keyId: string | null; keyVersion: number | null; wrapped: Buffer | null };

const columns = `id, name, folder, given_name AS "givenName", size_bytes::float8 AS "sizeBytes", offset_bytes::float8 AS "offsetBytes",
  encode(sha256, 'hex') AS sha256, encode(received_sha256, 'hex') AS "receivedSha256", captured_hint AS "modifiedAt", state,
  asset_id AS "assetId", duplicate AS "isDuplicate", error, expires_at AS "expiresAt",
  key_id AS "keyId", key_version AS "keyVersion", wrapped_key AS wrapped`;

/** Uploads of the acting account; commands and the sweeper see all of the organisation. */
@Injectable()
export class UploadRepository {
  /** Begins an upload, or notes one that came whole where its outcome is given. Answers when it expires. */
  async add(sql: Sql, upload: NewUpload, expiryHours: number, accepted?: Accepted): Promise<Date> {
    const { organisationId, actor } = currentContext();
    const row = await sql.first<{ expiresAt: Date }>(
      `INSERT INTO upload (organisation_id, id, account_id, name, folder, given_name, size_bytes, sha256, captured_hint, expires_at, state,
         offset_bytes, asset_id, duplicate, key_id, key_version, wrapped_key)
       VALUES ($1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'), $9, now() + $10 * interval '1 hour', $11, $12, $13, $14, $15, $16, $17)
       RETURNING expires_at AS "expiresAt"`,
      [
        organisationId,
        upload.id,
        actor.kind === 'account' ? actor.id : null,
        upload.name,
        upload.folder,
        upload.givenName,
        upload.sizeBytes,
        upload.sha256,
        upload.modifiedAt,
        expiryHours,
        accepted ? 'stored' : 'receiving',
        accepted ? upload.sizeBytes : 0,
        accepted?.assetId ?? null,
        accepted?.isDuplicate ?? false,
        upload.key?.keyId ?? null,
        upload.key?.keyVersion ?? null,
        upload.key?.wrapped ?? null,
      ],
    );
    return row?.expiresAt ?? new Date();
  }

  /** The upload, if it is the acting account's and has not expired. */
  async find(sql: Sql, id: string): Promise<UploadRow | undefined> {
    const { actor } = currentContext();
    const row = await sql.first<StoredRow & Record<string, unknown>>(
      `SELECT ${columns} FROM upload WHERE id = $1 AND expires_at > now() AND ($2::uuid IS NULL OR account_id = $2)`,
      [id, actor.kind === 'account' ? actor.id : null],
    );
    return row && asUpload(row);
  }

  /** Confirms durable bytes, never fewer than before. */
  async advance(sql: Sql, id: string, offsetBytes: number, expiryHours: number): Promise<void> {
    await sql.run(
      `UPDATE upload SET offset_bytes = $2, updated_at = now(), expires_at = now() + $3 * interval '1 hour'
       WHERE id = $1 AND state = 'receiving' AND offset_bytes <= $2`,
      [id, offsetBytes, expiryHours],
    );
  }

  /** Confirms that all bytes are durable and what they hash to. */
  async complete(sql: Sql, id: string, receivedSha256: string): Promise<void> {
    await sql.run(
      `UPDATE upload SET offset_bytes = size_bytes, received_sha256 = decode($2, 'hex'), updated_at = now()
       WHERE id = $1 AND state = 'receiving'`,
      [id, receivedSha256],
    );
  }

  /** Its data key is the object's from now on: no copy of it stays here. */
  async markStored(sql: Sql, id: string, { assetId, isDuplicate }: Accepted): Promise<void> {
    await sql.run(
      `UPDATE upload SET state = 'stored', offset_bytes = size_bytes, asset_id = $2, duplicate = $3, key_id = NULL, key_version = NULL,
         wrapped_key = NULL, updated_at = now() WHERE id = $1`,
      [id, assetId, isDuplicate],
    );
  }

  async markFailed(sql: Sql, id: string, error: string): Promise<void> {
    await sql.run(`UPDATE upload SET state = 'failed', error = $2, updated_at = now() WHERE id = $1`, [id, error]);
  }

  remove(sql: Sql, id: string): Promise<number> {
    return sql.run('DELETE FROM upload WHERE id = $1', [id]);
  }

  /** Uploads past their time. */
  async expired(sql: Sql): Promise<UploadRow[]> {
    const rows = await sql.rows<StoredRow & Record<string, unknown>>(
      `SELECT ${columns} FROM upload WHERE expires_at <= now() ORDER BY expires_at LIMIT 500`,
    );
    return rows.map(asUpload);
  }

  /** Uploads whose bytes are all there but that became no asset, because the process died in between. */
  async unfinished(sql: Sql): Promise<UploadRow[]> {
    const rows = await sql.rows<StoredRow & Record<string, unknown>>(
      `SELECT ${columns} FROM upload WHERE state = 'receiving' AND offset_bytes = size_bytes AND expires_at > now()
         AND updated_at < now() - interval '1 minute' ORDER BY updated_at LIMIT 100`,
    );
    return rows.map(asUpload);
  }
}

function asUpload({ keyId, keyVersion, wrapped, ...upload }: StoredRow): UploadRow {
  const hasKey = keyId !== null && keyVersion !== null && wrapped !== null;
  return { ...upload, key: hasKey ? { keyId, keyVersion, wrapped } : null };
}
