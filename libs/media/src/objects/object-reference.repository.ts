import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import type { RemovedFile } from '#storage';

/** What names an object beside its own row: originals, renditions, and uploads whose asset is not written yet. */
const isNamed = `EXISTS (SELECT FROM asset a WHERE a.organisation_id = $1 AND a.object_sha256 = o.sha256)
  OR EXISTS (SELECT FROM rendition r WHERE r.organisation_id = $1 AND r.object_sha256 = o.sha256)
  OR EXISTS (SELECT FROM upload u WHERE u.organisation_id = $1 AND u.state = 'receiving' AND o.sha256 IN (u.received_sha256, u.sha256))`;

/** An object that nothing names. */
export interface Orphan {
  /** Lower-case hexadecimal. */
  sha256: string;
  sizeBytes: number;
}

/** Who refers to objects. A test compares with the schema, so that a new column that names objects is not forgotten here. */
@Injectable()
export class ObjectReferenceRepository {
  /** How many objects of the organisation were last stored before a time. */
  async countBefore(sql: Sql, before: Date): Promise<number> {
    const row = await sql.first<{ count: number }>(
      'SELECT count(*)::integer AS count FROM stored_object WHERE organisation_id = $1 AND touched_at < $2',
      [currentContext().organisationId, before],
    );
    return row?.count ?? 0;
  }

  /** Objects that were last stored before a time and that nothing names, in the order of their hashes from after one on. What is held stays. */
  unnamed(sql: Sql, before: Date, after: string, limit: number): Promise<Orphan[]> {
    return sql.rows<Orphan & Record<string, unknown>>(
      `SELECT encode(o.sha256, 'hex') AS sha256, o.size_bytes::float8 AS "sizeBytes" FROM stored_object o
       WHERE o.organisation_id = $1 AND o.sha256 > decode($3, 'hex') AND o.touched_at < $2 AND NOT o.held AND NOT (${isNamed})
       ORDER BY o.sha256 LIMIT $4`,
      [currentContext().organisationId, before, after, limit],
    );
  }

  /** Removes the rows of those objects that nothing names and nobody holds; answers their files. */
  forgetUnnamed(sql: Sql, sha256s: readonly string[]): Promise<RemovedFile[]> {
    return sql.rows<RemovedFile & Record<string, unknown>>(
      `DELETE FROM stored_object o WHERE o.organisation_id = $1 AND o.sha256 = ANY(SELECT decode(unnest($2::text[]), 'hex'))
         AND NOT o.held AND NOT (${isNamed})
       RETURNING o.organisation_id AS "organisationId", encode(o.sha256, 'hex') AS sha256, o.id, o.format, o.tier,
         coalesce(o.file_bytes, o.size_bytes)::float8 AS "fileBytes"`,
      [currentContext().organisationId, sha256s],
    );
  }

  /**
   * Removes the row of an object, unless something names it or it was stored again since; answers whether it is gone. Until the transaction ends
   * whoever is about to name or to store the object waits for it.
   */
  async forget(sql: Sql, sha256: string, before: Date): Promise<boolean> {
    const gone = await sql.run(
      `DELETE FROM stored_object o WHERE o.organisation_id = $1 AND o.sha256 = decode($2, 'hex') AND o.touched_at < $3 AND NOT o.held
         AND NOT (${isNamed})`,
      [currentContext().organisationId, sha256, before],
    );
    return gone > 0;
  }
}
