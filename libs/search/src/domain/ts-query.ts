import type { Term, WordQuery } from './query-syntax.ts';

/** How far the words of a query are stretched: as written, to similar words, or to any of the words instead of all. */
export type Stretch = 'as written' | 'similar words' | 'any word';

/** What is known of a query's words. */
export interface WordKnowledge {
  /** Each word as the index holds it: as written and as its stems. */
  forms: ReadonlyMap<string, string[]>;
  /** Words that say nothing in English, or in German: they rank, but need not be there. */
  englishStops: ReadonlySet<string>;
  germanStops: ReadonlySet<string>;
  /** Known words that a word may have meant, or is part of. */
  similar: ReadonlyMap<string, string[]>;
}

/** A query in PostgreSQL's notation for tsquery (https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY). */
export interface TsQueries {
  /** What a hit must match; null where only words are excluded. */
  required: string | null;
  excluded: string | null;
  /** Any of the words: as written or stemmed; by their beginning; by similar words. Null where there are none. */
  written: string | null;
  begun: string | null;
  similar: string | null;
}

function lexeme(word: string): string {
  return `'${word.replaceAll("'", "''")}'`;
}

function joined(expressions: (string | null)[], operator: '|' | '&' | '<->'): string | null {
  const present = [...new Set(expressions.filter((expression) => expression !== null))];
  return present.length > 1 ? `(${present.join(` ${operator} `)})` : (present[0] ?? null);
}

function row(expressions: string[]): string {
  return expressions.length > 1 ? `(${expressions.join(' <-> ')})` : (expressions[0] ?? '');
}

/** The words in a row, as written or stemmed. Words between quotes are taken as written. */
function written({ words, whole, quoted }: Term, { forms }: WordKnowledge): string | null {
  const each = words.map((word) => joined((quoted ? [word] : [word, ...(forms.get(word) ?? [])]).map(lexeme), '|') ?? '');
  return joined([row(each), whole && lexeme(whole)], '|');
}

/** The words in a row, the last of which may go on. */
function begun({ words, whole, prefix }: Term): string | null {
  if (!prefix) return null;
  const last = words.length - 1;
  const each = words.map((word, index) => (index === last ? `${lexeme(word)}:*` : lexeme(word)));
  return joined([row(each), whole && `${lexeme(whole)}:*`], '|');
}

function similar({ words, quoted }: Term, knowledge: WordKnowledge): string | null {
  const [word, ...others] = words;
  if (!word || others.length > 0 || quoted) return null;
  return joined((knowledge.similar.get(word) ?? []).map(lexeme), '|');
}

function isOptional(clause: Term[], knowledge: WordKnowledge, stretch: Stretch): boolean {
  const saysNothing = (word: string) =>
    knowledge.englishStops.has(word) || (stretch !== 'as written' && knowledge.germanStops.has(word));
  return clause.every(({ words, quoted }) => !quoted && words.every(saysNothing));
}

/** Puts a query into PostgreSQL's notation. */
export function tsQueries(query: WordQuery, knowledge: WordKnowledge, stretch: Stretch): TsQueries {
  const clauses = query.clauses.map((clause) => ({
    optional: isOptional(clause, knowledge, stretch),
    written: joined(
      clause.map((term) => written(term, knowledge)),
      '|',
    ),
    begun: joined(clause.map(begun), '|'),
    similar:
      stretch === 'as written'
        ? null
        : joined(
            clause.map((term) => similar(term, knowledge)),
            '|',
          ),
  }));
  const telling = clauses.filter((clause) => !clause.optional);
  const needed = (telling.length > 0 ? telling : clauses).map((clause) =>
    joined([clause.written, clause.begun, clause.similar], '|'),
  );
  const any = (part: 'written' | 'begun' | 'similar') =>
    joined(
      clauses.map((clause) => clause[part]),
      '|',
    );
  return {
    required: joined(needed, stretch === 'any word' ? '|' : '&'),
    excluded: joined(
      query.excluded.map((term) => written(term, knowledge)),
      '|',
    ),
    written: any('written'),
    begun: any('begun'),
    similar: any('similar'),
  };
}
