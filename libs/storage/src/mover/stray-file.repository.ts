import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';

/** A file on a tier that no row knows: nothing refers to it, a row says another tier, or a move left it. */
export interface StrayFile {
  tier: string;
  /** Below the root of the tier. */
  path: string;
  kind: 'no-row' | 'other-tier' | 'leftover';
  bytes: number;
  changedAt: Date;
}

/** Files that are listed until people decide about them. */
@Injectable()
export class StrayFileRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  async note(files: readonly StrayFile[], seenAt: Date): Promise<void> {
    if (files.length === 0) return;
    await this.database.run((sql) =>
      sql.run(
        `INSERT INTO stray_file (tier, path, kind, size_bytes, changed_at, first_seen_at, seen_at)
         SELECT f.*, $6, $6 FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[]) AS f
         ON CONFLICT (tier, path) DO UPDATE SET kind = excluded.kind, size_bytes = excluded.size_bytes, changed_at = excluded.changed_at, seen_at = excluded.seen_at`,
        [
          files.map(({ tier }) => tier),
          files.map(({ path }) => path),
          files.map(({ kind }) => kind),
          files.map(({ bytes }) => bytes),
          files.map(({ changedAt }) => changedAt),
          seenAt,
        ],
      ),
    );
  }

  /** Takes from the list what a whole walk of a tier has not seen again. */
  async dropUnseen(tier: string, since: Date): Promise<void> {
    await this.database.run((sql) => sql.run('DELETE FROM stray_file WHERE tier = $1 AND seen_at < $2', [tier, since]));
  }

  list(kind: StrayFile['kind'] | null, limit: number): Promise<(StrayFile & { firstSeenAt: Date })[]> {
    return this.database.run((sql) =>
      sql.rows(
        `SELECT tier, path, kind, size_bytes::float8 AS bytes, changed_at AS "changedAt", first_seen_at AS "firstSeenAt" FROM stray_file
         WHERE $1::text IS NULL OR kind = $1 ORDER BY tier, path LIMIT $2`,
        [kind, limit],
      ),
    );
  }

  async drop(tier: string, path: string): Promise<void> {
    await this.database.run((sql) => sql.run('DELETE FROM stray_file WHERE tier = $1 AND path = $2', [tier, path]));
  }
}
