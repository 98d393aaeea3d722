import { expect, test } from 'vitest';
import { extend, keepOnly, nothingSelected, toggle, toggleAll } from './selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const between = (from: string, to: string) => {
  const [first, last] = [order.indexOf(from), order.indexOf(to)].sort((x, y) => x - y) as [number, number];
  return order.slice(first, last + 1);
};

test('a range reaches from the last toggled asset, in either direction', () => {
  const one = toggle(nothingSelected, 'd');
  expect([...extend(one, 'b', between).ids].sort()).toEqual(['b', 'c', 'd']);
  expect([...extend(toggle(one, 'a'), 'b', between).ids].sort()).toEqual(['a', 'b', 'd']);
});

test('a range without a start is one asset', () => {
  expect([...extend(nothingSelected, 'c', between).ids]).toEqual(['c']);
});

test('toggling twice changes nothing but the start of ranges', () => {
  const twice = toggle(toggle(nothingSelected, 'a'), 'a');
  expect(twice.ids.size).toBe(0);
  expect(twice.anchor).toBe('a');
});

test('a month is selected as a whole, and then cleared as a whole', () => {
  const all = toggleAll(toggle(nothingSelected, 'b'), ['a', 'b', 'c']);
  expect(all.ids.size).toBe(3);
  expect(toggleAll(all, ['a', 'b', 'c']).ids.size).toBe(0);
});

test('what is gone from the library is gone from the selection', () => {
  const some = toggleAll(nothingSelected, ['a', 'b']);
  expect([...keepOnly(some, (id) => id === 'a').ids]).toEqual(['a']);
  expect(keepOnly(some, () => true)).toBe(some);
});
