import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { TsQueries, WordKnowledge } from './domain/ts-query.ts';
import { isPartOf, mayMean } from './domain/typo.ts';
import type { Parameters } from './parameters.ts';

const mostSimilar = 12;

/** Whether a column of type tsvector satisfies a query, as SQL. */
export function matches(parameters: Parameters, column: string, { required, excluded }: TsQueries): string {
  const conditions = [
    required && `${column} @@ ${parameters.add(required)}::tsquery`,
    excluded && `NOT ${column} @@ ${parameters.add(excluded)}::tsquery`,
  ];
  return conditions.filter((condition) => condition).join(' AND ');
}

/** Asks the database what it knows of words. */
@Injectable()
export class WordQueryRepository {
  /** The forms of words in the index, and which say nothing in English and in German. */
  async findForms(sql: Sql, words: string[]): Promise<Omit<WordKnowledge, 'similar'>> {
    const rows = await sql.rows<{ word: string; forms: string[]; english: boolean; german: boolean }>(
      `SELECT word, tsvector_to_array(search_words(word)) AS forms, to_tsvector('pg_catalog.english', word) = '' AS english,
         to_tsvector('pg_catalog.german', word) = '' AS german FROM unnest($1::text[]) AS word`,
      [words],
    );
    return {
      forms: new Map(rows.map(({ word, forms }) => [word, forms])),
      englishStops: new Set(rows.filter((row) => row.english).map((row) => row.word)),
      germanStops: new Set(rows.filter((row) => row.german).map((row) => row.word)),
    };
  }

  /** Words of the organisation's assets that each word may have meant (few edits, by trigrams) or is part of, likeliest first. */
  async findSimilar(sql: Sql, words: string[]): Promise<Map<string, string[]>> {
    await sql.run('SET LOCAL pg_trgm.similarity_threshold = 0.2');
    const rows = await sql.rows<{ word: string; term: string }>(
      `SELECT word, known.term FROM unnest($1::text[]) AS word, LATERAL (
         SELECT term FROM search_term WHERE term % word OR term LIKE '%' || word || '%' ORDER BY similarity(term, word) DESC, term LIMIT 200) known`,
      [words],
    );
    const similar = new Map<string, string[]>();
    for (const { word, term } of rows) {
      const known = similar.get(word) ?? [];
      if (known.length < mostSimilar && (mayMean(word, term) || isPartOf(word, term))) similar.set(word, [...known, term]);
    }
    return similar;
  }
}
