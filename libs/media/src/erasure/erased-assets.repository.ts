import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';

/** What is there of things that were erased: because their keys are being destroyed right now, or because a restore brought them back. */
@Injectable()
export class ErasedAssetsRepository {
  /** Assets whose originals are these objects. */
  ofObjects(sql: Sql, objectIds: readonly string[], limit: number): Promise<{ id: string }[]> {
    return sql.rows(
      `SELECT a.id FROM asset a JOIN stored_object o ON o.organisation_id = a.organisation_id AND o.sha256 = a.object_sha256
       WHERE o.id = ANY($1) ORDER BY a.id LIMIT $2`,
      [objectIds, limit],
    );
  }

  /** Assets whose originals are under this key and that nobody else brought. */
  underKey(sql: Sql, keyId: string, limit: number): Promise<{ id: string }[]> {
    return sql.rows(
      `SELECT a.id FROM asset a JOIN stored_object o ON o.organisation_id = a.organisation_id AND o.sha256 = a.object_sha256
       WHERE o.key_id = $1 AND NOT EXISTS (SELECT FROM asset_origin n WHERE n.asset_id = a.id AND n.added_by IS DISTINCT FROM a.added_by)
       ORDER BY a.id LIMIT $2`,
      [keyId, limit],
    );
  }

  /** Says of what others brought, too, and a restore has put back under the destroyed key, that it cannot be read. */
  async markUnreadable(sql: Sql, keyId: string): Promise<void> {
    await sql.run(`UPDATE stored_object SET damage = 'Its key was destroyed.' WHERE key_id = $1 AND damage IS NULL`, [keyId]);
  }

  /** Hashes of the objects, hexadecimal. */
  async hashesOf(sql: Sql, objectIds: readonly string[]): Promise<string[]> {
    const rows = await sql.rows<{ sha256: string }>(
      `SELECT encode(sha256, 'hex') AS sha256 FROM stored_object WHERE id = ANY($1)`,
      [objectIds],
    );
    return rows.map(({ sha256 }) => sha256);
  }
}
