import { expect, test } from 'vitest';
import { cutRow } from './tokenizer.ts';

const specials = new Set([101, 102]);

test('a text that is too long is cut before its closing token, not through it', () => {
  expect(cutRow({ ids: [101, 1, 2, 3, 4, 5, 102] }, 5, specials).ids).toEqual([101, 1, 2, 3, 102]);
});

test('the kinds of tokens are cut as the tokens are', () => {
  expect(cutRow({ ids: [101, 1, 2, 3, 102], types: [0, 0, 1, 1, 1] }, 4, specials)).toEqual({
    ids: [101, 1, 2, 102],
    types: [0, 0, 1, 1],
  });
});

test('a text that fits, and one without closing tokens, are what they are', () => {
  expect(cutRow({ ids: [1, 2, 3] }, 3, specials).ids).toEqual([1, 2, 3]);
  expect(cutRow({ ids: [1, 2, 3, 4] }, 3, specials).ids).toEqual([1, 2, 3]);
});
