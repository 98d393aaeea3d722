import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import type { TraceName } from '../domain/retention-class.ts';
import type { DueTraces, RemovedTraces } from './trace-store.ts';

/** What a run is to remove of a class. */
export interface PlannedTraceRow {
  class: TraceName;
  olderThan: Date;
  names: string[];
}

/** What runs remove that is no asset, written down before. */
@Injectable()
export class TraceJournal {
  /** Writes what is to go; what stands there already stays as it is. */
  async plan(sql: Sql, runId: string, { names, ...due }: DueTraces & { class: TraceName; olderThan: Date }): Promise<void> {
    await sql.run(
      `INSERT INTO deletion_trace (organisation_id, run_id, class, older_than, entries, bytes, first_at, names, state, reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $9::text IS NULL THEN 'planned' ELSE 'spared' END, $9) ON CONFLICT DO NOTHING`,
      [
        currentContext().organisationId,
        runId,
        due.class,
        due.olderThan,
        due.entries,
        due.bytes,
        due.firstAt,
        names ?? [],
        due.keptBecause,
      ],
    );
  }

  /** What of a run is still to go. */
  planned(sql: Sql, runId: string): Promise<PlannedTraceRow[]> {
    return sql.rows<PlannedTraceRow & Record<string, unknown>>(
      `SELECT class, older_than AS "olderThan", names FROM deletion_trace WHERE run_id = $1 AND state = 'planned' ORDER BY class`,
      [runId],
    );
  }

  async addUp(sql: Sql, runId: string, name: TraceName, { entries, bytes }: RemovedTraces): Promise<void> {
    await sql.run(
      `UPDATE deletion_trace SET removed_entries = removed_entries + $3, removed_bytes = removed_bytes + $4, updated_at = now() WHERE run_id = $1 AND class = $2`,
      [runId, name, entries, bytes],
    );
  }

  /** Says what became of a class; answers what was removed in all, or nothing where another process has said it already. */
  async settle(
    sql: Sql,
    runId: string,
    name: TraceName,
    state: 'done' | 'spared' | 'failed',
    reason?: string,
  ): Promise<RemovedTraces | undefined> {
    return sql.first<RemovedTraces & Record<string, unknown>>(
      `UPDATE deletion_trace SET state = $3, reason = $4, updated_at = now() WHERE run_id = $1 AND class = $2 AND state = 'planned'
       RETURNING removed_entries::float8 AS entries, removed_bytes::float8 AS bytes`,
      [runId, name, state, reason ?? null],
    );
  }
}
