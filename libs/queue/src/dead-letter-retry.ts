import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { TenantDatabase } from '#database';
import { QueueRepository, type RetriedJob } from './queue.repository.ts';

/** Told of dead letters that are due again, in the transaction that makes them so: higher rooms update their own state and record the act. */
export type RetryListener = (sql: Sql, jobs: RetriedJob[]) => Promise<void>;

/** Runs dead letters again. */
@Injectable()
export class DeadLetterRetry {
  private readonly listeners: RetryListener[] = [];

  constructor(
    @Inject(QueueRepository) private readonly repository: QueueRepository,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
  ) {}

  onRetry(listener: RetryListener): void {
    this.listeners.push(listener);
  }

  /** Makes the named dead letters due again, or all; answers how many. */
  retry(ids: string[] | undefined): Promise<number> {
    return this.database.run(async (sql) => {
      const jobs = await this.repository.retry(sql, ids);
      if (jobs.length > 0) for (const listener of this.listeners) await listener(sql, jobs);
      return jobs.length;
    });
  }
}
