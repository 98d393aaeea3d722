import type { WordMatcher } from './excerpt.ts';
import type { WordQuery } from './query-syntax.ts';

/** The words of a query as an excerpt looks for them. */
export interface SoughtWords {
  /** As written, and similar words that were searched too. */
  exact: Set<string>;
  /** Words of which the beginning is enough. */
  beginnings: string[];
  /** Words whose other forms fit too. */
  inflected: Set<string>;
}

/** The words a query looks for. Words that say nothing (`the`) are left out unless there are no others. */
export function soughtWords(query: WordQuery, similar: ReadonlyMap<string, string[]>, stops: ReadonlySet<string>): SoughtWords {
  const sought: SoughtWords = { exact: new Set(), beginnings: [], inflected: new Set() };
  const terms = query.clauses.flat();
  const telling = terms.filter((term) => term.quoted || !term.words.every((word) => stops.has(word)));
  for (const { words, whole, quoted, prefix } of telling.length > 0 ? telling : terms) {
    for (const word of words) {
      sought.exact.add(word);
      for (const other of similar.get(word) ?? []) sought.exact.add(other);
      if (!quoted) sought.inflected.add(word);
    }
    if (whole) sought.exact.add(whole);
    if (prefix) sought.beginnings.push(words.at(-1) ?? '');
  }
  return sought;
}

/** Words of a text that may be another form of a sought one: stemmers of European languages keep the beginning. */
export function mayBeForm(word: string, { exact, inflected }: SoughtWords): boolean {
  if (exact.has(word)) return false;
  for (const sought of inflected) if (sought.slice(0, 2) === word.slice(0, 2)) return true;
  return false;
}

/** Decides by the forms of words in the index, which must be known for the sought words and for every word that `mayBeForm`. */
export function matcherOf(sought: SoughtWords, forms: ReadonlyMap<string, string[]>): WordMatcher {
  const soughtForms = new Set([...sought.inflected].flatMap((word) => forms.get(word) ?? []));
  return (word) =>
    sought.exact.has(word) ||
    sought.beginnings.some((beginning) => word.startsWith(beginning)) ||
    (forms.get(word)?.some((form) => soughtForms.has(form)) ?? false);
}
