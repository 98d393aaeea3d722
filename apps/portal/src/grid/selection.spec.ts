import { expect, test } from 'vitest';
import {
  everythingSelected,
  extend,
  isSelected,
  nothingSelected,
  selectedOf,
  shareSelected,
  toggle,
  toggleAll,
} from './selection.ts';

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

test('everything is selected without a list of it, and single assets are taken out again', () => {
  const but = toggle(toggle(everythingSelected, 'b'), 'c');
  expect(selectedOf(but, 100_000)).toBe(99_998);
  expect(order.filter((id) => isSelected(but, id))).toEqual(['a', 'd', 'e']);
  expect(selectedOf(extend(but, 'a', between), 100_000)).toBe(100_000);
  expect(selectedOf(toggleAll(everythingSelected, order), 5)).toBe(0);
});

test('a month says whether none, some or all of it is selected, also while only part of it is known', () => {
  const month = toggleAll(nothingSelected, order);
  expect(shareSelected(month, order.slice(0, 2), 5)).toBe('all');
  expect(shareSelected(toggle(nothingSelected, 'a'), order.slice(0, 1), 5)).toBe('some');
  expect(shareSelected(nothingSelected, order, 5)).toBe('none');
  expect(shareSelected(toggle(everythingSelected, 'a'), order, 5)).toBe('some');
});
