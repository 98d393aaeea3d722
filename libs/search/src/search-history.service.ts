import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { requireAccess } from '#access';
import { TenantDatabase } from '#database';
import { type AnswerOf, currentContext, HoldfastError, isId, newId } from '#kernel';
import { cleanText, cleanTexts } from './domain/clean-text.ts';
import { type createSavedSearch, type listSavedSearches, type listSearchHistory, searchQuery } from './http/search.contract.ts';
import { type SavedRow, SearchHistoryRepository, type StoredQuery } from './search-history.repository.ts';

type Query = z.output<typeof searchQuery>;
type SavedSearch = AnswerOf<typeof createSavedSearch>;

/** The person's own recent and saved searches. Commands and jobs have none. */
@Injectable()
export class SearchHistoryService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SearchHistoryRepository) private readonly repository: SearchHistoryRepository,
  ) {}

  /** Keeps a search that a person made, the latest of each text. Searches without text are not worth repeating. */
  async remember(text: string, query: Query, hits: number): Promise<void> {
    const { organisationId, actor } = requireAccess('search.read');
    const trimmed = text.trim();
    if (actor.kind !== 'account' || !isId(actor.id) || trimmed === '') return;
    await this.database.run((sql) =>
      this.repository.remember(sql, organisationId, actor.id, { text: trimmed, query: kept(query), hits }),
    );
  }

  /** The last hundred searches, newest first. */
  async list(): Promise<AnswerOf<typeof listSearchHistory>> {
    const accountId = this.person();
    const rows = await this.database.run((sql) => this.repository.list(sql, accountId));
    return {
      items: rows.map(({ text, query, hits, searchedAt }) => ({
        text,
        query: searchQuery.parse(query),
        hits,
        searchedAt: searchedAt.toISOString(),
      })),
    };
  }

  async clear(): Promise<void> {
    const accountId = this.person();
    await this.database.run((sql) => this.repository.clear(sql, accountId));
  }

  async listSaved(): Promise<AnswerOf<typeof listSavedSearches>> {
    const accountId = this.person();
    const rows = await this.database.run((sql) => this.repository.listSaved(sql, accountId));
    return { items: rows.map(savedOf) };
  }

  async save(name: string, query: Query): Promise<SavedSearch> {
    const accountId = this.person();
    const { organisationId } = currentContext();
    const row = await this.database.run((sql) =>
      this.repository.save(sql, organisationId, accountId, newId(), cleanText(name), kept(query)),
    );
    return savedOf(row);
  }

  /** Deletes an own saved search. Throws SEARCH_SAVED_NOT_FOUND. */
  async deleteSaved(id: string): Promise<void> {
    const accountId = this.person();
    if (await this.database.run((sql) => this.repository.deleteSaved(sql, accountId, id))) return;
    throw new HoldfastError('SEARCH_SAVED_NOT_FOUND', {
      kind: 'not-found',
      message: `You have no saved search ${id}.`,
      action: 'It may have been deleted already.',
    });
  }

  private person(): string {
    const { actor } = requireAccess('search.read');
    if (actor.kind === 'account' && isId(actor.id)) return actor.id;
    throw new HoldfastError('SEARCH_HISTORY_NEEDS_PERSON', {
      kind: 'forbidden',
      message: `Only people have a search history; this is the ${actor.kind} ${actor.label}.`,
      action: 'Sign in with an account.',
    });
  }
}

/** What of a request is the question itself. */
function kept({ text, similarTo, filters, sort }: Query): StoredQuery {
  return cleanTexts({ text, similarTo, filters, sort });
}

function savedOf({ id, name, query, createdAt }: SavedRow): SavedSearch {
  return { id, name, query: searchQuery.parse(query), createdAt: createdAt.toISOString() };
}
