import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { WrappedKey } from '#keys';

/** An object, or a part of a text, under a key that is to be destroyed, which somebody else has, too. */
export interface SharedObject {
  holder: 'stored_object' | 'sealed_text';
  id: string;
  key: WrappedKey;
  /** The account that it is to belong to; null is the organisation. */
  heir: string | null;
}

/** What an erased person shares with others. */
@Injectable()
export class HandoverRepository {
  /** Gives assets that others brought, too, to the first of them, and forgets under which names the person brought them. Answers how many. */
  async giveAssets(sql: Sql, accountId: string): Promise<number> {
    const given = await sql.run(
      `UPDATE asset a SET added_by = heir.added_by FROM (
         SELECT DISTINCT ON (o.asset_id) o.asset_id, o.added_by FROM asset_origin o JOIN asset a ON a.id = o.asset_id
         WHERE a.added_by = $1 AND o.added_by IS DISTINCT FROM $1 ORDER BY o.asset_id, o.arrived_at) heir
       WHERE a.id = heir.asset_id`,
      [accountId],
    );
    await sql.run(
      `DELETE FROM asset_origin o WHERE o.added_by = $1
         AND EXISTS (SELECT FROM asset_origin other WHERE other.asset_id = o.asset_id AND other.added_by IS DISTINCT FROM $1)`,
      [accountId],
    );
    return given;
  }

  /** Objects under the key that assets of others name, and what is read and said in assets of others. */
  async shared(sql: Sql, keyId: string, accountId: string, limit: number): Promise<SharedObject[]> {
    const rows = await sql.rows<Omit<SharedObject, 'key'> & { keyVersion: number; wrapped: Buffer }>(
      `(SELECT 'stored_object' AS holder, o.id, o.key_version AS "keyVersion", o.wrapped_key AS wrapped, heir.added_by AS heir FROM stored_object o
       CROSS JOIN LATERAL (
         SELECT a.added_by FROM asset a WHERE a.added_by IS DISTINCT FROM $2 AND (a.object_sha256 = o.sha256
           OR EXISTS (SELECT FROM rendition r WHERE r.asset_id = a.id AND r.object_sha256 = o.sha256)) LIMIT 1) heir
       WHERE o.key_id = $1 ORDER BY o.id LIMIT $3)
       UNION ALL
       (SELECT 'sealed_text', t.id, t.key_version, t.wrapped_key, a.added_by FROM sealed_text t JOIN asset a ON a.id = t.asset_id
       WHERE t.key_id = $1 AND a.added_by IS DISTINCT FROM $2 ORDER BY t.id LIMIT $3)`,
      [keyId, accountId, limit],
    );
    return rows.map(({ holder, id, keyVersion, wrapped, heir }) => ({ holder, id, key: { keyId, keyVersion, wrapped }, heir }));
  }

  /** Puts a key in the place of the one that was read, unless it was changed since. */
  async replaceKey(sql: Sql, { holder, id, key }: SharedObject, to: WrappedKey): Promise<void> {
    await sql.run(`UPDATE ${holder} SET key_id = $3, key_version = $4, wrapped_key = $5 WHERE id = $1 AND wrapped_key = $2`, [
      id,
      key.wrapped,
      to.keyId,
      to.keyVersion,
      to.wrapped,
    ]);
  }
}
