import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase } from '#database';

/** Why a file is of no use any more. */
export type DisposalReason = 'orphan' | 'replaced' | 'retention' | 'trash' | 'erased';

/** A file that no row points at. */
export interface DisposedFile {
  organisationId: string;
  name: string;
  tier: string;
  fileBytes: number;
}

const columns = `organisation_id AS "organisationId", name, tier, file_bytes::float8 AS "fileBytes"`;

/** Files to unlink. */
@Injectable()
export class FileDisposalRepository {
  constructor(@Inject(SystemDatabase) private readonly system: SystemDatabase) {}

  /** Notes the files of these objects, in the transaction that takes or changes their rows. */
  async note(sql: Sql, files: readonly DisposedFile[], reason: DisposalReason, afterSeconds: number): Promise<void> {
    await sql.run(
      `INSERT INTO file_disposal (organisation_id, name, tier, file_bytes, reason, due_at)
       SELECT "organisationId", name, tier, "fileBytes", $2, now() + $3 * interval '1 second'
       FROM jsonb_to_recordset($1) AS f ("organisationId" uuid, name text, tier text, "fileBytes" bigint)
       ON CONFLICT (organisation_id, name, tier) DO UPDATE SET due_at = least(file_disposal.due_at, excluded.due_at)`,
      [JSON.stringify(files), reason, afterSeconds],
    );
  }

  /** Files that are due, of all organisations. */
  due(limit: number): Promise<DisposedFile[]> {
    return this.system.run((sql) =>
      sql.rows<DisposedFile & Record<string, unknown>>(
        `SELECT ${columns} FROM file_disposal WHERE due_at <= now() ORDER BY due_at LIMIT $1`,
        [limit],
      ),
    );
  }

  /** Forgets files that are gone. */
  async forget(files: readonly DisposedFile[]): Promise<void> {
    await this.system.run((sql) =>
      sql.run(
        `DELETE FROM file_disposal d USING jsonb_to_recordset($1) AS f ("organisationId" uuid, name text, tier text)
         WHERE d.organisation_id = f."organisationId" AND d.name = f.name AND d.tier = f.tier`,
        [JSON.stringify(files)],
      ),
    );
  }
}
