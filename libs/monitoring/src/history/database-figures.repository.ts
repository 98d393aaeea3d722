import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';

/** What PostgreSQL says of itself. */
export interface DatabaseFigures {
  bytes: number;
  connections: Record<string, number>;
  counters: Record<string, number>;
}

/** Figures of the database as its statistics have them (pg_stat_database, pg_stat_activity). */
@Injectable()
export class DatabaseFiguresRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  async read(): Promise<DatabaseFigures | undefined> {
    return this.database.run((sql) =>
      sql.first<DatabaseFigures>(
        `SELECT pg_database_size(current_database())::float8 AS bytes,
           (SELECT coalesce(jsonb_object_agg(state, count), '{}') FROM (
              SELECT coalesce(state, 'other') AS state, count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1) found) AS connections,
           (SELECT jsonb_build_object('commits', xact_commit, 'rollbacks', xact_rollback, 'blocks_read', blks_read, 'blocks_hit', blks_hit,
              'deadlocks', deadlocks, 'temporary_bytes', temp_bytes, 'conflicts', conflicts)
            FROM pg_stat_database WHERE datname = current_database()) AS counters`,
      ),
    );
  }
}
