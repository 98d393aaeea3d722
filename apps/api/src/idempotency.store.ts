import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { currentContext, HoldfastError } from '#kernel';

interface StoredAnswer {
  status: number;
  body: unknown;
}

/** A claim that got no answer for so long belonged to a process that died. */
const abandonedSeconds = 60;

/** Answers to requests that carried an Idempotency-Key, per account, kept for a day. */
@Injectable()
export class IdempotencyStore {
  constructor(@Inject(TenantDatabase) private readonly database: TenantDatabase) {}

  /** Claims a key for one operation and body. Answers what was answered before, if anything. Throws IDEMPOTENCY_KEY_REUSED or IDEMPOTENCY_KEY_RUNNING. */
  claim(key: string, operation: string, requestHash: Buffer): Promise<StoredAnswer | undefined> {
    const { organisationId, actor } = currentContext();
    return this.database.run(async (sql) => {
      await sql.run(
        `DELETE FROM idempotent_answer WHERE created_at < now() - interval '1 day' OR (status IS NULL AND created_at < now() - $1 * interval '1 second')`,
        [abandonedSeconds],
      );
      const claimed = await sql.run(
        'INSERT INTO idempotent_answer (organisation_id, account_id, key, operation, request_hash) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
        [organisationId, actor.id, key, operation, requestHash],
      );
      if (claimed > 0) return undefined;
      const row = await sql.first<{ operation: string; requestHash: Buffer; status: number | null; body: unknown }>(
        'SELECT operation, request_hash AS "requestHash", status, body FROM idempotent_answer WHERE account_id = $1 AND key = $2',
        [actor.id, key],
      );
      if (!row || row.operation !== operation || !row.requestHash.equals(requestHash))
        throw new HoldfastError('IDEMPOTENCY_KEY_REUSED', {
          kind: 'conflict',
          message: 'This Idempotency-Key was used for another request.',
          action: 'Use a new key for each request.',
        });
      if (row.status === null)
        throw new HoldfastError('IDEMPOTENCY_KEY_RUNNING', {
          kind: 'conflict',
          message: 'The first request with this Idempotency-Key is still running.',
          action: 'Ask again in a moment.',
          retryAfterSeconds: 1,
        });
      return { status: row.status, body: row.body };
    });
  }

  async answer(key: string, answer: StoredAnswer): Promise<void> {
    await this.database.run((sql) =>
      sql.run('UPDATE idempotent_answer SET status = $3, body = $4 WHERE account_id = $1 AND key = $2', [
        currentContext().actor.id,
        key,
        answer.status,
        JSON.stringify(answer.body),
      ]),
    );
  }

  /** Gives a key back after a failure that trying again may mend. */
  async release(key: string): Promise<void> {
    await this.database.run((sql) =>
      sql.run('DELETE FROM idempotent_answer WHERE account_id = $1 AND key = $2', [currentContext().actor.id, key]),
    );
  }
}
