import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { WordMatcher } from './domain/excerpt.ts';
import { tokenise } from './domain/fold.ts';
import { asksWords, type WordQuery } from './domain/query-syntax.ts';
import { type Stretch, type TsQueries, tsQueries, type WordKnowledge } from './domain/ts-query.ts';
import { matcherOf, mayBeForm, soughtWords } from './domain/word-matcher.ts';
import { SearchRepository } from './search.repository.ts';
import type { SearchFilters } from './search-filter.repository.ts';
import { WordQueryRepository } from './word-query.repository.ts';

/** How the words of a query are searched. */
export interface WordPlan {
  /** Null where the query has no words. */
  queries: TsQueries | null;
  query: WordQuery;
  knowledge: WordKnowledge;
  /** In words. */
  plan: string;
}

/** With fewer hits than this by the words as written, similar words are searched too. */
const few = 20;
/** Shorter words have too many neighbours. */
const shortestWidened = 4;

const nothingKnown: WordKnowledge = { forms: new Map(), englishStops: new Set(), germanStops: new Set(), similar: new Map() };

/** Decides how far the words of a query are stretched, by how many hits they have. */
@Injectable()
export class WordSearch {
  constructor(
    @Inject(WordQueryRepository) private readonly words: WordQueryRepository,
    @Inject(SearchRepository) private readonly search: SearchRepository,
  ) {}

  async plan(sql: Sql, query: WordQuery, filters: SearchFilters): Promise<WordPlan> {
    if (!asksWords(query)) return { queries: null, query, knowledge: nothingKnown, plan: 'none' };
    const terms = [...query.clauses.flat(), ...query.excluded];
    const words = [...new Set(terms.filter((term) => !term.quoted).flatMap((term) => term.words))];
    const knowledge: WordKnowledge = { ...(await this.words.findForms(sql, words)), similar: new Map() };
    const written = stretched(query, knowledge, 'as written', 'words as written');
    const found = await this.count(sql, written, filters);
    if (found >= few || query.clauses.length === 0) return written;
    const widened = await this.widen(sql, query, knowledge);
    if ((await this.count(sql, widened, filters)) > 0 || query.clauses.length === 1) return widened;
    return stretched(query, widened.knowledge, 'any word', 'any of the words, as no asset has all');
  }

  /** Decides which words of the texts fit, as the index would. */
  async matcher(sql: Sql, { query, knowledge }: WordPlan, texts: string[]): Promise<WordMatcher> {
    const sought = soughtWords(query, knowledge.similar, knowledge.englishStops);
    const words = new Set<string>();
    for (const text of texts) for (const { word } of tokenise(text)) if (mayBeForm(word, sought)) words.add(word);
    const { forms } = await this.words.findForms(sql, [...words]);
    return matcherOf(sought, new Map([...knowledge.forms, ...forms]));
  }

  private async widen(sql: Sql, query: WordQuery, knowledge: WordKnowledge): Promise<WordPlan> {
    const single = query.clauses.flat().filter((term) => !term.quoted && term.words.length === 1);
    const words = [...new Set(single.flatMap((term) => term.words))].filter(
      (word) => word.length >= shortestWidened && !knowledge.englishStops.has(word),
    );
    const similar = words.length > 0 ? await this.words.findSimilar(sql, words) : new Map<string, string[]>();
    const others = [...similar].map(([word, known]) => `${word} → ${known.join(', ')}`);
    const plan = others.length > 0 ? `words and similar ones: ${others.join('; ')}` : 'words as written; none similar';
    return stretched(query, { ...knowledge, similar }, 'similar words', plan);
  }

  private count(sql: Sql, { queries }: WordPlan, filters: SearchFilters): Promise<number> {
    return this.search.countUpTo(sql, { words: queries, likeness: null, filters }, few);
  }
}

function stretched(query: WordQuery, knowledge: WordKnowledge, stretch: Stretch, plan: string): WordPlan {
  return { queries: tsQueries(query, knowledge, stretch), query, knowledge, plan };
}
