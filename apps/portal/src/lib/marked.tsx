import type { ReactNode } from 'react';

/** The words of a search, in small letters, each once; single letters are no words. */
export function needlesOf(words: string): string[] {
  return [...new Set(words.toLowerCase().split(/\s+/))].filter((word) => word.length > 1);
}

/** A text with every occurrence of some words marked, whatever their case. */
export function marked(text: string, words: string): ReactNode {
  const needles = needlesOf(words);
  if (needles.length === 0) return text;
  const pattern = new RegExp(`(${needles.map((needle) => needle.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'gi');
  return text.split(pattern).map((part, at) =>
    // Every second part of a split with one group is a match.
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
    at % 2 === 1 ? <mark key={at}>{part}</mark> : part,
  );
}

/** An excerpt of a search, whose matched words lie between « and ». */
export function markedExcerpt(excerpt: string): ReactNode {
  return excerpt.split(/«([^»]*)»/).map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
    at % 2 === 1 ? <mark key={at}>{part}</mark> : part,
  );
}

/** A sentence whose commands lie between backticks, with those as code. */
export function withCode(sentence: string): ReactNode {
  return sentence.split(/`([^`]*)`/).map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
    at % 2 === 1 ? <code key={at}>{part}</code> : part,
  );
}
