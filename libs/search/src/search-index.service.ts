import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { asHoldfastError, currentContext } from '#kernel';
import { AssetTexts, keysAreAway, type OpenedText } from '#media';
import { Outbox, priorities } from '#queue';
import { loggerFor } from '#telemetry';
import { composeDocument } from './domain/document.ts';
import { searchRefresh } from './search.jobs.ts';
import { SearchIndexRepository } from './search-index.repository.ts';

const logger = loggerFor('search');

/** Keeps the word index true. Runs for the organisation of the current context and joins its transaction. */
@Injectable()
export class SearchIndexService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SearchIndexRepository) private readonly index: SearchIndexRepository,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /**
   * Writes the word index of an asset anew from its names, tags, caption, metadata and text. Answers the number of distinct words, or
   * undefined where there is no such asset. The pipeline's `index` step calls it; later changes mark the asset stale by trigger. Texts are opened
   * before the asset is locked; `text` is what the caller opened. Throws KEYS_SEALED and KEYS_UNAVAILABLE.
   */
  async indexAsset(assetId: string, text?: OpenedText): Promise<{ words: number; segments: number } | undefined> {
    const ahead = text ?? (await this.texts.readOpenable(assetId));
    return this.database.run(async (sql) => {
      if (!(await this.index.lock(sql, assetId))) return undefined;
      await this.index.clearStale(sql, assetId);
      const asset = await this.index.readAsset(sql, assetId);
      if (!asset) return undefined;
      // Under the lock, so that the index is of the text that is stored and not of one that was replaced since.
      const { segments } = await this.texts.current(sql, assetId, ahead);
      const [unreadable] = segments.flatMap(({ error }) => error ?? []);
      if (unreadable) logger.warn({ err: unreadable, assetId }, 'A text cannot be opened: the asset is indexed without it');
      const document = composeDocument({ ...asset, segments: segments.filter(({ error }) => error === null) });
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

  /**
   * Indexes assets that changed since they were indexed, longest waiting first. Answers how many it did. While the keys are away those with text in them
   * wait, and the others are done.
   */
  async refresh(limit: number): Promise<number> {
    const stale = await this.database.run((sql) => this.index.findStale(sql, limit));
    let done = 0;
    for (const assetId of stale) {
      if (!(await this.tryIndex(assetId))) return done + (await this.refreshWithoutText(limit - done));
      done += 1;
    }
    return done;
  }

  private async refreshWithoutText(limit: number): Promise<number> {
    const stale = await this.database.run((sql) => this.index.findStale(sql, limit, true));
    for (const assetId of stale) await this.indexAsset(assetId);
    return stale.length;
  }

  /** Whether it could be done now. */
  private async tryIndex(assetId: string): Promise<boolean> {
    try {
      await this.indexAsset(assetId);
      return true;
    } catch (thrown) {
      if (keysAreAway(asHoldfastError(thrown))) return false;
      throw thrown;
    }
  }
}
