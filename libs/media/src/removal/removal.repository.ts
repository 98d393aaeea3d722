import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';

/** An asset that is to be removed. */
export interface RemovableAsset {
  id: string;
  name: string;
  /** Some of its bytes are under a legal hold. */
  isHeld: boolean;
}

/** Rows of assets that go for good. */
@Injectable()
export class RemovalRepository {
  /** Locks those of the assets that are there, in one order. */
  async lock(sql: Sql, ids: readonly string[]): Promise<RemovableAsset[]> {
    await sql.run('SELECT FROM asset WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
    // Only now: a hold that was placed by whoever had the lock before is seen by a statement of its own.
    return sql.rows<RemovableAsset & Record<string, unknown>>(
      `SELECT a.id, a.name, EXISTS (
           SELECT FROM stored_object o WHERE o.held AND (o.sha256 = a.object_sha256
             OR o.sha256 IN (SELECT r.object_sha256 FROM rendition r WHERE r.asset_id = a.id))) AS "isHeld"
       FROM asset a WHERE a.id = ANY($1) ORDER BY a.id`,
      [ids],
    );
  }

  /** Hashes of the originals and of everything made of them, hexadecimal. */
  async objectsOf(sql: Sql, ids: readonly string[]): Promise<string[]> {
    const rows = await sql.rows<{ sha256: string }>(
      `SELECT encode(object_sha256, 'hex') AS sha256 FROM asset WHERE id = ANY($1)
       UNION SELECT encode(object_sha256, 'hex') FROM rendition WHERE asset_id = ANY($1)`,
      [ids],
    );
    return rows.map(({ sha256 }) => sha256);
  }

  /** Removes assets with all that hangs on them: names, pictures, text, words, vectors, tags, ledger, work that is due, and the uploads they came by. */
  async remove(sql: Sql, ids: readonly string[]): Promise<number> {
    await sql.run('DELETE FROM outbox WHERE asset_id = ANY($1)', [ids]);
    await sql.run('DELETE FROM upload WHERE asset_id = ANY($1)', [ids]);
    return sql.run('DELETE FROM asset WHERE id = ANY($1)', [ids]);
  }
}
