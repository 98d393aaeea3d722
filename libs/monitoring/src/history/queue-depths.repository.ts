import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';

/** How many jobs of a queue are in a state, of all organisations. */
export interface QueueDepth {
  queue: string;
  waiting: number;
  running: number;
  dead: number;
  oldestSeconds: number;
}

/** Figures of queues for those who watch the box; nothing of any organisation's content. */
@Injectable()
export class QueueDepths {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  read(): Promise<QueueDepth[]> {
    return this.database.run((sql) =>
      sql.rows<QueueDepth>(
        `SELECT queue,
           count(*) FILTER (WHERE state <> 'dead' AND alive_at IS NULL)::int AS waiting,
           count(*) FILTER (WHERE state = 'published' AND alive_at IS NOT NULL)::int AS running,
           count(*) FILTER (WHERE state = 'dead')::int AS dead,
           coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE state <> 'dead' AND alive_at IS NULL)), 0)::float8 AS "oldestSeconds"
         FROM outbox GROUP BY queue`,
      ),
    );
  }
}
