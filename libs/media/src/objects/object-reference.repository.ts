import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';

/** What names an object beside its own row: originals, renditions, and uploads whose asset is not written yet. */
const isNamed = `EXISTS (SELECT FROM asset a WHERE a.organisation_id = $1 AND a.object_sha256 = o.sha256)
  OR EXISTS (SELECT FROM rendition r WHERE r.organisation_id = $1 AND r.object_sha256 = o.sha256)
  OR EXISTS (SELECT FROM upload u WHERE u.organisation_id = $1 AND u.state = 'receiving' AND o.sha256 IN (u.received_sha256, u.sha256))`;

/** Who refers to objects. A test compares with the schema, so that a new column that names objects is not forgotten here. */
@Injectable()
export class ObjectReferenceRepository {
  /** Those of the objects, as hexadecimal, that nothing names. */
  async unnamed(sql: Sql, sha256s: readonly string[]): Promise<Set<string>> {
    const rows = await sql.rows<{ sha256: string }>(
      `SELECT encode(o.sha256, 'hex') AS sha256 FROM (SELECT decode(unnest($2::text[]), 'hex') AS sha256) o WHERE NOT (${isNamed})`,
      [currentContext().organisationId, sha256s],
    );
    return new Set(rows.map((row) => row.sha256));
  }

  /**
   * Removes the row of an object unless something names it; answers whether nothing did. Until the transaction ends, whoever is about
   * to name the object waits for it: writing the row of an object waits for its removal, and what names it needs that row. Without a
   * row there is nothing to wait for, so one is made first.
   */
  async forget(sql: Sql, sha256: string, sizeBytes: number): Promise<boolean> {
    const parameters = [currentContext().organisationId, sha256];
    await sql.run(
      `INSERT INTO stored_object (organisation_id, sha256, size_bytes) VALUES ($1, decode($2, 'hex'), $3) ON CONFLICT DO NOTHING`,
      [...parameters, sizeBytes],
    );
    const gone = await sql.run(
      `DELETE FROM stored_object o WHERE o.organisation_id = $1 AND o.sha256 = decode($2, 'hex') AND NOT (${isNamed})`,
      parameters,
    );
    return gone > 0;
  }
}
