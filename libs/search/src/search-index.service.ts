import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { currentContext } from '#kernel';
import { Outbox, priorities } from '#queue';
import { composeDocument } from './domain/document.ts';
import { searchRefresh } from './search.jobs.ts';
import { SearchIndexRepository } from './search-index.repository.ts';

/** Keeps the word index true. Runs for the organisation of the current context and joins its transaction. */
@Injectable()
export class SearchIndexService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SearchIndexRepository) private readonly index: SearchIndexRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /**
   * Writes the word index of an asset anew from its names, tags, caption, metadata and text. Answers the number of distinct words, or
   * undefined where there is no such asset. The pipeline's `index` step calls it; later changes mark the asset stale by trigger.
   */
  async indexAsset(assetId: string): Promise<{ words: number; segments: number } | undefined> {
    return this.database.run(async (sql) => {
      if (!(await this.index.lock(sql, assetId))) return undefined;
      await this.index.clearStale(sql, assetId);
      const asset = await this.index.readAsset(sql, assetId);
      if (!asset) return undefined;
      const document = composeDocument(asset);
      await this.index.write(sql, currentContext().organisationId, assetId, document);
      return { words: document.terms.length, segments: document.segments.length };
    });
  }

  /** Takes an asset out of the word index. Deleting the asset itself does this too, but keeps words that only it had as suggestions for typos. */
  async removeAsset(assetId: string): Promise<void> {
    await this.database.run(async (sql) => {
      await this.index.lock(sql, assetId);
      await this.index.remove(sql, assetId);
    });
  }

  /** Indexes a few assets that changed, and leaves more of them to a job. */
  async refreshSome(limit: number): Promise<void> {
    if ((await this.refresh(limit)) < limit) return;
    await this.database.run(async (sql) => {
      if (await this.index.isRefreshDue(sql, searchRefresh.name)) return;
      await this.outbox.add(sql, searchRefresh, { payload: {}, priority: priorities.background });
    });
  }

  /** Indexes assets that changed since they were indexed, longest waiting first. Answers how many it did. */
  async refresh(limit: number): Promise<number> {
    const stale = await this.database.run((sql) => this.index.findStale(sql, limit));
    for (const assetId of stale) await this.indexAsset(assetId);
    return stale.length;
  }
}
