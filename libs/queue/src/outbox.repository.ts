import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import type { QueueName } from '#manifest';

export interface OutboxJob {
  id: string;
  organisationId: string;
  queue: QueueName;
  job: string;
  payload: unknown;
  priority: number;
  attempts: number;
  assetId: string | null;
  createdAt: Date;
  /** Why the last try failed; null where there was none, or where it ended with its worker. */
  errorCode: string | null;
}

const columns = `id, organisation_id AS "organisationId", queue, job, payload, priority, attempts, asset_id AS "assetId", created_at AS "createdAt", error_code AS "errorCode"`;

/** The outbox as the relay and the job runner see it, across organisations. */
@Injectable()
export class OutboxRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Takes due jobs in order of urgency, hands them to `publish`, and marks them published if that succeeds. Answers how many. */
  publishDue(limit: number, publish: (jobs: OutboxJob[]) => Promise<void>): Promise<number> {
    return this.database.run(async (sql) => {
      const jobs = await sql.rows<OutboxJob>(
        `SELECT ${columns} FROM outbox WHERE state = 'due' AND due_at <= now() ORDER BY priority, due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [limit],
      );
      if (jobs.length === 0) return 0;
      await publish(jobs);
      await sql.run(`UPDATE outbox SET state = 'published', published_at = now(), alive_at = NULL WHERE id = ANY($1)`, [
        jobs.map((job) => job.id),
      ]);
      return jobs.length;
    });
  }

  /** Milliseconds until the next job becomes due, or undefined where none is. */
  async nextDueMs(): Promise<number | undefined> {
    const row = await this.database.run((sql) =>
      sql.first<{ wait: number | null }>(
        `SELECT extract(epoch FROM min(due_at) - now())::float8 * 1000 AS wait FROM outbox WHERE state = 'due'`,
      ),
    );
    return row?.wait ?? undefined;
  }

  /**
   * Counts an attempt and answers the job; undefined where it was finished or buried meanwhile. A worker can be quicker than the relay's commit:
   * the row is then still due and locked, and this waits for it.
   */
  begin(id: string): Promise<OutboxJob | undefined> {
    return this.database.run((sql) =>
      sql.often.first<OutboxJob>(
        `WITH before AS (SELECT id AS key, error_code AS last_error FROM outbox WHERE id = $1 FOR UPDATE)
         UPDATE outbox SET state = 'published', attempts = attempts + 1, alive_at = now(), error_code = NULL FROM before
         WHERE id = key AND state <> 'dead' RETURNING ${columns.replace('error_code', 'last_error')}`,
        [id],
      ),
    );
  }

  /** A sign of life for running jobs. */
  async keepAlive(ids: string[]): Promise<void> {
    await this.database.run((sql) => sql.run('UPDATE outbox SET alive_at = now() WHERE id = ANY($1)', [ids]));
  }

  /** Makes a failed job due again later. */
  async postpone(id: string, delayMs: number, error: { code: string; message: string }): Promise<void> {
    await this.database.run((sql) =>
      sql.run(
        `UPDATE outbox SET state = 'due', due_at = now() + $2 * interval '1 millisecond', alive_at = NULL, error_code = $3, error_message = $4 WHERE id = $1`,
        [id, delayMs, error.code, error.message],
      ),
    );
  }

  /** Published jobs without a sign of life for so long that their queue entry may be gone; running ones have heartbeats and 15 s more. */
  silent(olderThanMs: number, limit: number): Promise<OutboxJob[]> {
    return this.database.run((sql) =>
      sql.rows<OutboxJob>(
        `SELECT ${columns} FROM outbox WHERE state = 'published' AND coalesce(alive_at + interval '15 seconds', published_at) < now() - $1 * interval '1 millisecond'
         ORDER BY published_at LIMIT $2`,
        [olderThanMs, limit],
      ),
    );
  }

  /** Makes published jobs due again whose queue entry was lost (Redis emptied, worker killed at the wrong moment). */
  async republish(ids: string[], olderThanMs: number): Promise<number> {
    return this.database.run((sql) =>
      sql.run(
        `UPDATE outbox SET state = 'due', due_at = now(), alive_at = NULL
         WHERE id = ANY($1) AND state = 'published' AND coalesce(alive_at + interval '15 seconds', published_at) < now() - $2 * interval '1 millisecond'`,
        [ids, olderThanMs],
      ),
    );
  }
}
