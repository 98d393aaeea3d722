import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blame } from './blame.ts';
import { diffLines, formatDiff, linesOf } from './line-diff.ts';
import { findValueChanges } from './value-changes.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

test('what a comparison keeps and removes is the former text, what it keeps and adds is the new one', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const without = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text);
      expect(without('added')).toEqual(linesOf(before));
      expect(without('removed')).toEqual(linesOf(after));
    }),
  );
});

test('no comparison has fewer changed lines', () => {
  const longest = (a: string[], b: string[]): number => {
    const [x, ...as] = a;
    const [y, ...bs] = b;
    if (x === undefined || y === undefined) return 0;
    return x === y ? longest(as, bs) + 1 : Math.max(longest(as, b), longest(a, bs));
  };
  const short = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });
  fc.assert(
    fc.property(short, short, (before, after) => {
      const kept = diffLines(before.join('\n'), after.join('\n')).filter(({ kind }) => kind === 'kept');
      expect(kept).toHaveLength(longest(before, after));
    }),
  );
});

test('only the neighbourhood of changes is shown', () => {
  const lines = Array.from({ length: 9 }, (_, index) => `${index}`);
  const changed = lines.with(0, 'x').with(8, 'y');
  expect(formatDiff(diffLines(lines.join('\n'), changed.join('\n')), 1)).toEqual(['-0', '+x', ' 1', '…', ' 7', '-8', '+y']);
  expect(formatDiff(diffLines('a\n', 'a\n'))).toEqual([]);
});

test('each line is told by the generation that brought it', () => {
  const found = blame(['a\nb\n', 'a\nx\nb\n', 'x\nb\nb2\n']);
  expect(found).toEqual([
    { number: 2, text: 'x' },
    { number: 1, text: 'b' },
    { number: 3, text: 'b2' },
  ]);
});

test('the blamed lines are the newest text, and none is from before it was first there', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const found = blame(texts);
      expect(found.map((line) => line.text)).toEqual(linesOf(texts.at(-1) ?? ''));
      for (const line of found) expect(linesOf(texts[line.number - 1] ?? '')).toContain(line.text);
    }),
  );
});

test('values differ one by one; lists of another length as a whole', () => {
  const before = { a: 1, b: { c: [1, 2], d: [1] }, gone: true };
  const after = { a: 1, b: { c: [1, 3], d: [] }, fresh: null };
  expect(findValueChanges(before, after)).toEqual([
    { key: 'b.c.1', before: 2, after: 3 },
    { key: 'b.d', before: [1], after: [] },
    { key: 'gone', before: true, after: undefined },
    { key: 'fresh', before: undefined, after: null },
  ]);
});
