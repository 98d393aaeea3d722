import { compounds, type Token, tokenise } from './fold.ts';

/** Decides whether a folded word of a text is one that was looked for. */
export type WordMatcher = (word: string) => boolean;

const excerptLength = 160;

/** Control characters, and the marks that would turn the direction of what follows. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

function clean(text: string): string {
  return text.replace(/[«»]/g, (mark) => (mark === '«' ? '‹' : '›')).replace(unprintable, ' ');
}

/** Tokens that match, without those inside of another. */
function findMatches(text: string, matcher: WordMatcher): Token[] {
  const found = [...compounds(text), ...tokenise(text)].filter((token) => matcher(token.word));
  found.sort((left, right) => left.start - right.start || right.end - left.end);
  const kept: Token[] = [];
  for (const token of found) if (token.start >= (kept.at(-1)?.end ?? 0)) kept.push(token);
  return kept;
}

/** Where the most matches stand close together: first and last of them. */
function densest(found: Token[]): Token[] {
  let best: Token[] = found.slice(0, 1);
  for (let first = 0; first < found.length; first++) {
    const start = found[first]?.start ?? 0;
    const window = found.slice(first).filter((token) => token.end - start <= excerptLength);
    if (window.length > best.length) best = window;
    if (first > 200) break;
  }
  return best;
}

function marked(text: string, from: number, to: number, tokens: Token[]): string {
  let out = '';
  let at = from;
  for (const { start, end } of tokens) {
    out += `${clean(text.slice(at, start))}«${clean(text.slice(start, end))}»`;
    at = end;
  }
  return `${out}${clean(text.slice(at, to))}`.replace(/\s+/g, ' ').trim();
}

/**
 * A piece of a text around what was looked for, with the matches between « and » and … where text is left out; null where nothing
 * matches. Plain text: control characters are gone, nothing is markup.
 */
export function excerptOf(text: string, matcher: WordMatcher): string | null {
  const found = findMatches(text, matcher);
  if (found.length === 0) return null;
  const shown = densest(found);
  const first = shown[0]?.start ?? 0;
  const last = shown.at(-1)?.end ?? 0;
  const room = Math.max(excerptLength - (last - first), 0);
  const from = wordBoundary(text, Math.max(first - Math.floor(room / 2), 0), 1, first);
  const to = wordBoundary(text, Math.min(last + Math.ceil(room / 2), text.length), -1, last);
  const inside = found.filter((token) => token.start >= from && token.end <= to);
  return `${from > 0 ? '… ' : ''}${marked(text, from, to, inside)}${to < text.length ? ' …' : ''}`;
}

/** The nearest space from a place, in a direction, not past a limit. */
function wordBoundary(text: string, place: number, direction: 1 | -1, limit: number): number {
  if (place === 0 || place === text.length) return place;
  for (let at = place; at !== limit; at += direction) if (/\s/.test(text[at] ?? ' ')) return at;
  return limit;
}
