import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { type AnswerOf, HoldfastError, isId } from '#kernel';
import type { QueueName } from '#manifest';
import type { listDeadLetters } from './http/queue.contract.ts';

interface QueueCounts {
  waiting: number;
  running: number;
  dead: number;
  oldestWaitingSeconds: number | null;
}

/** A dead letter that is due again. */
export interface RetriedJob {
  id: string;
  assetId: string | null;
  job: string;
}

type DeadLetterRow = Omit<AnswerOf<typeof listDeadLetters>['items'][number], 'diedAt'> & { diedAt: Date };

/** The outbox as one organisation sees it. */
@Injectable()
export class QueueRepository {
  constructor(@Inject(TenantDatabase) private readonly database: TenantDatabase) {}

  async counts(): Promise<Map<string, QueueCounts>> {
    const rows = await this.database.run((sql) =>
      sql.rows<QueueCounts & { queue: string }>(
        `SELECT queue,
           count(*) FILTER (WHERE state <> 'dead' AND alive_at IS NULL)::int AS waiting,
           count(*) FILTER (WHERE state = 'published' AND alive_at IS NOT NULL)::int AS running,
           count(*) FILTER (WHERE state = 'dead')::int AS dead,
           extract(epoch FROM now() - min(created_at) FILTER (WHERE state <> 'dead' AND alive_at IS NULL))::float8 AS "oldestWaitingSeconds"
         FROM outbox GROUP BY queue`,
      ),
    );
    return new Map(rows.map(({ queue, ...counts }) => [queue, counts]));
  }

  async deadLetters(cursor: string | undefined, limit: number): Promise<AnswerOf<typeof listDeadLetters>> {
    const after = parseCursor(cursor);
    const rows = await this.database.run((sql) =>
      sql.rows<DeadLetterRow>(
        `SELECT o.id, o.queue, o.job, o.asset_id AS "assetId", a.name AS "assetName", o.attempts,
           o.error_code AS "errorCode", o.error_message AS "errorMessage", o.died_at AS "diedAt"
         FROM outbox o LEFT JOIN asset a ON a.organisation_id = o.organisation_id AND a.id = o.asset_id
         WHERE o.state = 'dead' AND ($1::timestamptz IS NULL OR (o.died_at, o.id) < ($1, $2::uuid))
         ORDER BY o.died_at DESC, o.id DESC LIMIT $3`,
        [after?.diedAt ?? null, after?.id ?? null, limit + 1],
      ),
    );
    const items = rows
      .slice(0, limit)
      .map((row) => ({ ...row, queue: row.queue as QueueName, diedAt: row.diedAt.toISOString() }));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? `${last.diedAt}_${last.id}` : null };
  }

  /** Makes dead letters due again from their first attempt. Answers which assets and jobs. */
  async retry(sql: Sql, ids: string[] | undefined): Promise<RetriedJob[]> {
    const retried = await sql.rows<RetriedJob>(
      `UPDATE outbox SET state = 'due', due_at = now(), attempts = 0, died_at = NULL, error_code = NULL, error_message = NULL
       WHERE state = 'dead' AND ($1::uuid[] IS NULL OR id = ANY($1))
         AND NOT EXISTS (SELECT FROM outbox other WHERE other.organisation_id = outbox.organisation_id
           AND other.asset_id = outbox.asset_id AND other.job = outbox.job AND other.state <> 'dead')
       RETURNING id, asset_id AS "assetId", job`,
      [ids ?? null],
    );
    if (retried.length > 0) await sql.run(`SELECT pg_notify('outbox', '')`);
    return retried;
  }
}

function parseCursor(cursor: string | undefined): { diedAt: string; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [diedAt = '', id = ''] = cursor.split('_');
  if (isId(id) && !Number.isNaN(Date.parse(diedAt))) return { diedAt, id };
  throw new HoldfastError('CURSOR_INVALID', {
    kind: 'invalid',
    message: `${cursor} is no cursor of this list.`,
    action: 'Start again without a cursor.',
  });
}
