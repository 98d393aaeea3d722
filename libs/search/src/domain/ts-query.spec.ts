import { expect, test } from 'vitest';
import { parseQuery } from './query-syntax.ts';
import { type Stretch, tsQueries, type WordKnowledge } from './ts-query.ts';

const knowledge: WordKnowledge = {
  forms: new Map([['rockets', ['rocket']]]),
  englishStops: new Set(['the']),
  germanStops: new Set(['man']),
  similar: new Map([['museun', ['museum', 'museums']]]),
};
const required = (text: string, stretch: Stretch = 'as written') => tsQueries(parseQuery(text), knowledge, stretch).required;

test.each<[string, Stretch, string | null]>([
  ['moon rockets ', 'as written', `('moon' & ('rockets' | 'rocket'))`],
  ['"moon rockets" ', 'as written', `('moon' <-> 'rockets')`],
  ['moon OR mars ', 'as written', `('moon' | 'mars')`],
  ['moon', 'as written', `('moon' | 'moon':*)`],
  ['IMG_20', 'as written', `(('img' <-> '20') | ('img' <-> '20':*))`],
  ['IMG20 ', 'as written', `(('img' <-> '20') | 'img20')`],
  ['the moon ', 'as written', `'moon'`],
  ['the ', 'as written', `'the'`],
  ['man moon ', 'as written', `('man' & 'moon')`],
  ['man moon ', 'similar words', `'moon'`],
  ['museun ', 'as written', `'museun'`],
  ['museun ', 'similar words', `('museun' | ('museum' | 'museums'))`],
  ['"museun" ', 'similar words', `'museun'`],
  ['moon mars ', 'any word', `('moon' | 'mars')`],
  ['-moon ', 'as written', null],
])('%j %s requires %s', (text, stretch, expected) => {
  expect(required(text, stretch)).toBe(expected);
});

test('what is left out and what ranks are queries of their own', () => {
  expect(tsQueries(parseQuery('the moon -rockets -"red planet" mar'), knowledge, 'as written')).toEqual({
    required: `('moon' & ('mar' | 'mar':*))`,
    excluded: `(('rockets' | 'rocket') | ('red' <-> 'planet'))`,
    written: `('the' | 'moon' | 'mar')`,
    begun: `'mar':*`,
    similar: null,
  });
});
