import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';

/** A search as it was made: everything of the request that decides the answer. */
export type StoredQuery = Record<string, unknown>;

export interface HistoryRow extends Record<string, unknown> {
  text: string;
  query: StoredQuery;
  hits: number;
  searchedAt: Date;
}

export interface SavedRow extends Record<string, unknown> {
  id: string;
  name: string;
  query: StoredQuery;
  createdAt: Date;
}

/** Searches that are kept per person. */
const keptPerPerson = 100;

/** What people searched for, and what they saved; each sees their own. */
@Injectable()
export class SearchHistoryRepository {
  async remember(sql: Sql, organisationId: string, accountId: string, row: Omit<HistoryRow, 'searchedAt'>): Promise<void> {
    await sql.run(
      `INSERT INTO search_history (organisation_id, account_id, text, query, hits, searched_at) VALUES ($1, $2, $3, $4, $5, now())
       ON CONFLICT (organisation_id, account_id, text) DO UPDATE SET query = excluded.query, hits = excluded.hits, searched_at = excluded.searched_at`,
      [organisationId, accountId, row.text, JSON.stringify(row.query), row.hits],
    );
    await sql.run(
      `DELETE FROM search_history WHERE account_id = $1 AND searched_at < (
         SELECT searched_at FROM search_history WHERE account_id = $1 ORDER BY searched_at DESC OFFSET ${keptPerPerson - 1} LIMIT 1)`,
      [accountId],
    );
  }

  /** Forgets all that a person searched for and saved. */
  async forgetPerson(sql: Sql, accountId: string): Promise<void> {
    await sql.run('DELETE FROM search_history WHERE account_id = $1', [accountId]);
    await sql.run('DELETE FROM saved_search WHERE account_id = $1', [accountId]);
  }

  async list(sql: Sql, accountId: string): Promise<HistoryRow[]> {
    return sql.rows<HistoryRow>(
      `SELECT text, query, hits, searched_at AS "searchedAt" FROM search_history WHERE account_id = $1 ORDER BY searched_at DESC LIMIT ${keptPerPerson}`,
      [accountId],
    );
  }

  async clear(sql: Sql, accountId: string): Promise<void> {
    await sql.run('DELETE FROM search_history WHERE account_id = $1', [accountId]);
  }

  async listSaved(sql: Sql, accountId: string): Promise<SavedRow[]> {
    return sql.rows<SavedRow>(
      `SELECT id, name, query, created_at AS "createdAt" FROM saved_search WHERE account_id = $1 ORDER BY lower(name), id`,
      [accountId],
    );
  }

  async save(
    sql: Sql,
    organisationId: string,
    accountId: string,
    id: string,
    name: string,
    query: StoredQuery,
  ): Promise<SavedRow> {
    const row = await sql.first<SavedRow>(
      `INSERT INTO saved_search (organisation_id, id, account_id, name, query) VALUES ($1, $2, $3, $4, $5)
       RETURNING id, name, query, created_at AS "createdAt"`,
      [organisationId, id, accountId, name, JSON.stringify(query)],
    );
    return row as SavedRow;
  }

  /** Deletes a saved search of the person; answers whether there was one. */
  async deleteSaved(sql: Sql, accountId: string, id: string): Promise<boolean> {
    return (await sql.run('DELETE FROM saved_search WHERE account_id = $1 AND id = $2', [accountId, id])) > 0;
  }
}
