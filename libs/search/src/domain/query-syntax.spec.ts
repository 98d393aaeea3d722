import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseQuery } from './query-syntax.ts';

const shape = (text: string) => {
  const { clauses, excluded } = parseQuery(text);
  const words = (term: { words: string[]; quoted: boolean; prefix: boolean }) =>
    `${term.quoted ? '"' : ''}${term.words.join('+')}${term.prefix ? '*' : ''}`;
  return [clauses.map((clause) => clause.map(words).join('|')).join(' '), excluded.map(words).join(' ')];
};

test.each([
  ['moon rocket', 'moon rocket*', ''],
  ['moon rocket ', 'moon rocket', ''],
  ['"saturn V" launch ', '"saturn+v launch', ''],
  ['moon -rocket', 'moon', 'rocket'],
  ['moon OR mars rocket ', 'moon|mars rocket', ''],
  ['OR moon OR ', 'moon', ''],
  ['moon or mars ', 'moon or mars', ''],
  ['-"red planet" mars ', 'mars', '"red+planet'],
  ['IMG_2043.jpg', 'img+2043+jpg*', ''],
  ['“curly quotes” ', '"curly+quotes', ''],
  ['"never closed', '"never+closed', ''],
  ['Čeština ÜBER ', 'cestina uber', ''],
  ['& | ! ( ) :* <-> \\ % \u0000', '', ''],
  ['😀 -', '', ''],
  ['東京 ', '東+京', ''],
])('%j asks for %s without %s', (text, asked, excluded) => {
  expect(shape(text)).toEqual([asked, excluded]);
});

test('no text is an error, and no word of a query holds an operator', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const { clauses, excluded } = parseQuery(text);
      for (const term of [...clauses.flat(), ...excluded])
        for (const word of [...term.words, term.whole ?? 'x']) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
    }),
  );
});
