import { compounds, tokenise } from './fold.ts';

/** One thing that a hit's words must have. */
export interface Term {
  /** Folded words; more than one is a phrase. */
  words: string[];
  /** The same letters as one word where the person's were taken apart: `img2043` for `IMG2043`. */
  whole: string | null;
  /** Between quotes: taken as written, never widened to similar words. */
  quoted: boolean;
  /** The last word while typing: words that begin with it fit too. */
  prefix: boolean;
}

/** What a person asked for: every clause must fit, by any of its alternatives; nothing excluded may. */
export interface WordQuery {
  clauses: Term[][];
  excluded: Term[];
}

/** More words than this make no query more precise; the rest is ignored. */
const mostTerms = 16;
const mostWordsOfPhrase = 24;
/** Shorter beginnings fit half the dictionary. */
const shortestPrefix = 2;

const parts =
  /(?<not>[-\u2010-\u2015\u2212])?(?:["\u201c\u201d\u201e\u00ab\u00bb](?<phrase>[^"\u201c\u201d\u201e\u00ab\u00bb]*)["\u201c\u201d\u201e\u00ab\u00bb]?|(?<word>[^\s"\u201c\u201d\u201e\u00ab\u00bb]+))/gu;

interface Part {
  term: Term;
  excluded: boolean;
  /** The word OR (or |) stood before it. */
  alternative: boolean;
}

function makeTerm(text: string, quoted: boolean, prefix: boolean): Term | undefined {
  const words = tokenise(text).map((token) => token.word);
  if (words.length === 0) return undefined;
  const whole = quoted ? undefined : compounds(text)[0];
  const last = words.at(-1) ?? '';
  return {
    words: words.slice(0, mostWordsOfPhrase),
    whole: whole && whole.end - whole.start === text.length ? whole.word : null,
    quoted,
    prefix: prefix && last.length >= shortestPrefix && words.length <= mostWordsOfPhrase,
  };
}

/**
 * Reads a query: words that must all be there, `"exact phrases"`, `-without`, `this OR that`. Anything else is a separator, so that no
 * text is an error. A word at the very end is also taken as the beginning of one.
 */
export function parseQuery(text: string): WordQuery {
  const found: Part[] = [];
  let alternative = false;
  for (const match of text.matchAll(parts)) {
    const { not, phrase, word } = match.groups ?? {};
    if (!not && (word === 'OR' || word === '|')) {
      alternative = found.length > 0;
      continue;
    }
    const atEnd = match.index + match[0].length === text.length;
    const term = makeTerm(phrase ?? word ?? '', phrase !== undefined, !not && phrase === undefined && atEnd);
    if (!term) continue;
    found.push({ term, excluded: not !== undefined, alternative });
    alternative = false;
  }
  const query: WordQuery = { clauses: [], excluded: [] };
  for (const { term, excluded, alternative: joins } of found.slice(0, mostTerms)) {
    const last = query.clauses.at(-1);
    if (excluded) query.excluded.push(term);
    else if (joins && last) last.push(term);
    else query.clauses.push([term]);
  }
  return query;
}

/** Whether the words ask for anything at all. */
export function asksWords(query: WordQuery): boolean {
  return query.clauses.length > 0 || query.excluded.length > 0;
}

/** Whether the meaning of the text is asked for: not where all of it is to be found as written, or only left out. */
export function asksMeaning({ clauses, excluded }: WordQuery): boolean {
  if (clauses.length === 0) return excluded.length === 0;
  return clauses.some((clause) => clause.some((term) => !term.quoted));
}
