import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase, TenantDatabase } from '#database';
import { currentContext } from '#kernel';
import type { DueTraces, PlannedTraces, RemovedTraces, TraceStore } from './trace-store.ts';

const batchSize = 10_000;

/** Rows of a table that has nothing but an age to say whether they are due. */
abstract class RowTraces implements TraceStore {
  readonly isShared = false;
  abstract readonly class: TraceStore['class'];
  abstract readonly policy: TraceStore['policy'];
  protected abstract readonly table: string;
  protected abstract readonly at: string;
  protected abstract readonly database: { run<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> };

  async due(olderThan: Date): Promise<DueTraces> {
    const found = await this.database.run((sql) =>
      sql.first<{ entries: number; firstAt: Date | null }>(
        `SELECT count(*)::integer AS entries, min(${this.at}) AS "firstAt" FROM ${this.table} WHERE organisation_id = $1 AND ${this.at} <= $2`,
        [currentContext().organisationId, olderThan],
      ),
    );
    return { entries: found?.entries ?? 0, bytes: null, firstAt: found?.firstAt ?? null, keptBecause: null };
  }

  async remove({ olderThan }: PlannedTraces): Promise<RemovedTraces> {
    const entries = await this.database.run((sql) =>
      sql.run(
        `DELETE FROM ${this.table} WHERE ctid = ANY(ARRAY(
           SELECT ctid FROM ${this.table} WHERE organisation_id = $1 AND ${this.at} <= $2 LIMIT ${batchSize}))`,
        [currentContext().organisationId, olderThan],
      ),
    );
    return { entries, bytes: 0 };
  }
}

/** What people searched for, by the last time. */
@Injectable()
export class SearchHistoryTraces extends RowTraces {
  readonly class = 'search-history';
  readonly policy = 'search-history';
  protected readonly table = 'search_history';
  protected readonly at = 'searched_at';

  constructor(@Inject(TenantDatabase) protected readonly database: TenantDatabase) {
    super();
  }
}

/** From where people were signed in, by the end of each session. Running sessions are never among them. */
@Injectable()
export class SessionTraces extends RowTraces {
  readonly class = 'session';
  readonly policy = 'session';
  protected readonly table = 'session';
  protected readonly at = 'coalesce(ended_at, expires_at)';

  constructor(@Inject(SystemDatabase) protected readonly database: SystemDatabase) {
    super();
  }
}
