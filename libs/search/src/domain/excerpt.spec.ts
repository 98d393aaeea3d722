import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excerptOf } from './excerpt.ts';

const only = (word: string) => (candidate: string) => candidate === word;

test('an excerpt marks what was found as it stands in the text', () => {
  expect(excerptOf('The Ročket’s red glare', only('rocket'))).toBe('The «Ročket»’s red glare');
  expect(excerptOf('MoonRocket_07.jpg', only('rocket'))).toBe('Moon«Rocket»_07.jpg');
  expect(excerptOf('IMG2043.jpg', only('img2043'))).toBe('«IMG2043».jpg');
});

test('an excerpt of a long text shows where most of it stands together, cut at words', () => {
  const text = `${'once upon a time '.repeat(40)}moon landing, the moon ${'and so on '.repeat(40)}moon`;
  const excerpt = excerptOf(text, only('moon')) ?? '';
  expect(excerpt).toContain('«moon» landing, the «moon»');
  expect(excerpt.length).toBeLessThan(190);
  expect(excerpt.startsWith('… ') && excerpt.endsWith(' …')).toBe(true);
});

test('nothing found is no excerpt', () => {
  expect(excerptOf('moon', only('rocket'))).toBeNull();
});

test('an excerpt is one line of printable text and its marks are ours alone, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
      const excerpt = excerptOf(`${before} «needle\u202e\u0000 ${after}`, only('needle')) ?? '';
      expect(excerpt).toContain('«needle»');
      expect(excerpt).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(excerpt.match(/«/g)?.length).toBe(excerpt.match(/»/g)?.length);
    }),
  );
});
