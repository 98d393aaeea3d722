import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import type { QueueName } from '#manifest';
import type { LoadMinute, LoadRecord } from '#scaling';

/** What waits and runs in a queue, of all organisations. */
export interface QueueDepth {
  waiting: number;
  running: number;
  oldestWaitSeconds: number;
  /** Of those that still wait or run: how many came in the last minutes. */
  recent: number;
}

type LoadRow = { queue: string; atMs: number; jobs: number; busySeconds: number };

/** Queues as the scaler sees them, and what came into them over the weeks. */
@Injectable()
export class QueueLoadRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  async depths(recentSeconds: number): Promise<Map<string, QueueDepth>> {
    const rows = await this.database.run((sql) =>
      sql.rows<QueueDepth & { queue: string }>(
        `SELECT queue,
           count(*) FILTER (WHERE alive_at IS NULL AND due_at <= now())::int AS waiting,
           count(*) FILTER (WHERE alive_at IS NOT NULL)::int AS running,
           count(*) FILTER (WHERE created_at > now() - $1 * interval '1 second')::int AS recent,
           coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE alive_at IS NULL AND due_at <= now())), 0)::float8 AS "oldestWaitSeconds"
         FROM outbox WHERE state <> 'dead' GROUP BY queue`,
        [recentSeconds],
      ),
    );
    return new Map(rows.map(({ queue, ...depth }) => [queue, depth]));
  }

  /** Adds to what is known of these minutes. */
  async add(minutes: readonly (LoadMinute & { queue: string })[]): Promise<void> {
    await this.database.run((sql) =>
      sql.run(
        `INSERT INTO queue_load (queue, minute, jobs, busy_seconds)
         SELECT queue, to_timestamp(at / 1000), jobs, busy
         FROM unnest($1::text[], $2::float8[], $3::int[], $4::float8[]) AS load (queue, at, jobs, busy) ORDER BY queue, at
         ON CONFLICT (queue, minute) DO UPDATE SET jobs = queue_load.jobs + excluded.jobs, busy_seconds = queue_load.busy_seconds + excluded.busy_seconds`,
        [
          minutes.map(({ queue }) => queue),
          minutes.map(({ atMs }) => atMs),
          minutes.map(({ jobs }) => jobs),
          minutes.map(({ busySeconds }) => busySeconds),
        ],
      ),
    );
  }

  /** What came since, in order of time. */
  async since(from: Date, queue?: QueueName): Promise<LoadRecord> {
    const rows = await this.database.run((sql) =>
      sql.rows<LoadRow>(
        `SELECT queue, (extract(epoch FROM minute) * 1000)::float8 AS "atMs", jobs, busy_seconds AS "busySeconds"
         FROM queue_load WHERE minute >= $1 AND ($2::text IS NULL OR queue = $2) ORDER BY minute, queue`,
        [from, queue ?? null],
      ),
    );
    const record: LoadRecord = new Map();
    for (const { queue: name, ...minute } of rows) record.set(name, [...(record.get(name) ?? []), minute]);
    return record;
  }

  /** How many minutes are older, and the oldest. */
  async older(than: Date): Promise<{ entries: number; firstAt: Date | null }> {
    const found = await this.database.run((sql) =>
      sql.first<{ entries: number; firstAt: Date | null }>(
        'SELECT count(*)::int AS entries, min(minute) AS "firstAt" FROM queue_load WHERE minute < $1',
        [than],
      ),
    );
    return found ?? { entries: 0, firstAt: null };
  }

  /** Removes what is older, at most so many; answers how many. */
  remove(than: Date, most: number): Promise<number> {
    return this.database.run((sql) =>
      sql.run(
        'DELETE FROM queue_load WHERE (queue, minute) IN (SELECT queue, minute FROM queue_load WHERE minute < $1 ORDER BY minute LIMIT $2)',
        [than, most],
      ),
    );
  }
}
