import { expect, test } from 'vitest';
import { heldInWords, noneChecked, sumOfChecks } from './held-words.ts';

const hold = (number: number, assets: number) => ({ id: `h${number}`, name: `Case ${number}`, assets });

test('what is held already is said with the holds and on how many each stands', () => {
  expect(heldInWords(3, { assets: 3, held: 0, holds: [] })).toBe('None of them is under a hold yet.');
  expect(heldInWords(1, { assets: 1, held: 1, holds: [hold(1, 1)] })).toBe(
    'It is held already, by “Case 1”; what several hold is free when the last is released.',
  );
  expect(heldInWords(40, { assets: 40, held: 12, holds: [hold(1, 12), hold(2, 3)] })).toMatch(
    /^12 of them are held already, by “Case 1” \(12\), “Case 2” \(3\);/,
  );
  expect(heldInWords(2, { assets: 2, held: 2, holds: [1, 2, 3, 4, 5].map((number) => hold(number, 2)) })).toMatch(
    /^All of them are .*“Case 3” \(2\), 2 more;/,
  );
});

test('what is gone by now is said, too', () => {
  expect(heldInWords(5, { assets: 4, held: 0, holds: [] })).toBe('None of them is under a hold yet. 1 asset is gone by now.');
});

test('batches add up hold by hold', () => {
  const one = { assets: 1000, held: 5, holds: [hold(1, 5)] };
  const other = { assets: 20, held: 4, holds: [hold(1, 2), hold(2, 3)] };
  expect(sumOfChecks(sumOfChecks(noneChecked, one), other)).toEqual({
    assets: 1020,
    held: 9,
    holds: [hold(1, 7), hold(2, 3)],
  });
});
