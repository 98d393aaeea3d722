import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { HandlesJob, type JobHandler, type JobRun, Outbox, priorities } from '#queue';
import { searchRefresh } from './search.jobs.ts';
import { SearchIndexService } from './search-index.service.ts';

const batchSize = 100;

/** Does a batch and makes the next one due, until nothing is stale. */
@Injectable()
@HandlesJob(searchRefresh)
export class SearchRefreshHandler implements JobHandler<typeof searchRefresh.payload> {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SearchIndexService) private readonly index: SearchIndexService,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  async handle(_payload: unknown, run: JobRun): Promise<void> {
    const done = await this.index.refresh(batchSize);
    await this.database.run(async (sql) => {
      await this.outbox.complete(sql, run.id);
      if (done === batchSize) await this.outbox.add(sql, searchRefresh, { payload: {}, priority: priorities.background });
    });
  }
}
