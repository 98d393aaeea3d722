import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import type { TierRoom } from './domain/tier.ts';

/** What was first found at the place of a tier. */
export interface ClaimedTier {
  name: string;
  id: string;
  fileSystemUuid: string | null;
}

/** Tiers and how full they were. */
@Injectable()
export class TierRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  async claimed(): Promise<Map<string, ClaimedTier>> {
    const rows = await this.database.run((sql) =>
      sql.often.rows<ClaimedTier & Record<string, unknown>>('SELECT name, id, file_system_uuid AS "fileSystemUuid" FROM tier'),
    );
    return new Map(rows.map((row) => [row.name, row]));
  }

  /** Writes down which disk is a tier, unless that is known already. */
  async claim({ name, id, fileSystemUuid }: ClaimedTier): Promise<void> {
    await this.database.run((sql) =>
      sql.run('INSERT INTO tier (name, id, file_system_uuid) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING', [
        name,
        id,
        fileSystemUuid,
      ]),
    );
  }

  async addSample(name: string, at: Date, room: TierRoom): Promise<void> {
    await this.database.run((sql) =>
      sql.run(
        `INSERT INTO tier_sample (tier, at, total_bytes, free_bytes, total_inodes, free_inodes)
         SELECT name, $2, $3, $4, $5, $6 FROM tier WHERE name = $1 ON CONFLICT DO NOTHING`,
        [name, at, room.totalBytes, room.freeBytes, room.totalInodes, room.freeInodes],
      ),
    );
  }

  /** Used and total bytes of a tier since an instant, oldest first, thinned to the last sample of each hour. */
  samples(name: string, since: Date): Promise<{ at: Date; usedBytes: number; totalBytes: number }[]> {
    return this.database.run((sql) =>
      sql.rows(
        `SELECT DISTINCT ON (date_trunc('hour', at)) at, (total_bytes - free_bytes)::float8 AS "usedBytes", total_bytes::float8 AS "totalBytes"
         FROM tier_sample WHERE tier = $1 AND at >= $2 ORDER BY date_trunc('hour', at), at DESC`,
        [name, since],
      ),
    );
  }
}
