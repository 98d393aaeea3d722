import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { ObjectClass } from '#storage';

/** An object from before files were sealed. */
export interface PlainObject {
  /** Lower-case hexadecimal. */
  sha256: string;
  class: ObjectClass;
  /** The account that brought it, or the original that it was made of; null is the organisation. */
  addedBy: string | null;
}

/** Objects whose files lie in the clear. */
@Injectable()
export class PlainObjectRepository {
  /** The next of them after a hash, in the order of their hashes. */
  next(sql: Sql, after: string, limit: number): Promise<PlainObject[]> {
    return sql.rows<PlainObject & Record<string, unknown>>(
      `SELECT encode(o.sha256, 'hex') AS sha256, o.class, coalesce(
         (SELECT a.added_by FROM asset a WHERE a.object_sha256 = o.sha256 LIMIT 1),
         (SELECT a.added_by FROM rendition r JOIN asset a ON a.id = r.asset_id WHERE r.object_sha256 = o.sha256 LIMIT 1)) AS "addedBy"
       FROM stored_object o WHERE o.format = 'plain' AND o.sha256 > decode($1, 'hex') ORDER BY o.sha256 LIMIT $2`,
      [after, limit],
    );
  }
}
