import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitText } from './split-text.ts';

test('a short page stays one piece, blank pages are none', () => {
  expect(splitText('A page.\n\nTwo paragraphs.')).toEqual(['A page.\n\nTwo paragraphs.']);
  expect(splitText(' \n ')).toEqual([]);
});

test('a long page is cut between paragraphs', () => {
  expect(splitText(`${'a'.repeat(60)}\n\n${'b'.repeat(60)}`, 100)).toEqual(['a'.repeat(60), 'b'.repeat(60)]);
});

test('nothing but blanks is lost, and no piece is too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const pieces = splitText(text, 40);
      expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      expect(pieces.every((piece) => piece.length <= 40 && piece.isWellFormed() === text.isWellFormed())).toBe(true);
    }),
  );
});
