import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Sql } from '#database';
import { currentContext, newId } from '#kernel';
import type { JobDefinition } from './job.ts';

/** Urgencies on BullMQ's scale, where 1 is first and 0 would overtake all. */
export const priorities = { interactive: 1, normal: 10, background: 100 } as const;

export interface DueJob<Payload extends z.ZodType> {
  payload: z.input<Payload>;
  /** The asset it is about; one job of a name per asset is due at a time. */
  assetId?: string;
  priority?: number;
}

/** Writes jobs into the transaction that makes them due; the relay hands them to the queue after commit. */
@Injectable()
export class Outbox {
  /** Adds a job. Answers its id, or undefined where the same job for the same asset is due already. */
  async add<Payload extends z.ZodType>(
    sql: Sql,
    job: JobDefinition<Payload>,
    due: DueJob<Payload>,
  ): Promise<string | undefined> {
    const id = newId();
    // Delivered at commit only, and folded into one per transaction by PostgreSQL.
    const added = await sql.often.rows(
      `WITH added AS (
         INSERT INTO outbox (id, organisation_id, queue, job, payload, priority, asset_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id)
       SELECT pg_notify('outbox', '') FROM added`,
      [
        id,
        currentContext().organisationId,
        job.queue,
        job.name,
        JSON.stringify(job.payload.parse(due.payload)),
        due.priority ?? priorities.normal,
        due.assetId ?? null,
      ],
    );
    return added.length > 0 ? id : undefined;
  }

  /**
   * Marks a job as finished, in the transaction of its effects: what is committed is never done again. Answers false where it was
   * finished already, by another run of the same job: then the effects must not be written.
   */
  async complete(sql: Sql, id: string): Promise<boolean> {
    const { organisationId } = currentContext();
    return (await sql.often.run('DELETE FROM outbox WHERE organisation_id = $1 AND id = $2', [organisationId, id])) > 0;
  }

  /** Removes dead letters of an asset whose work has been asked for anew: they would only repeat it. */
  async forgetDead(sql: Sql, assetId: string, jobs: readonly string[]): Promise<void> {
    await sql.run(`DELETE FROM outbox WHERE asset_id = $1 AND job = ANY($2) AND state = 'dead'`, [assetId, jobs]);
  }
}
