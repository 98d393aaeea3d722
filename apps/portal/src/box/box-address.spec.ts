import { expect, test } from 'vitest';
import { writeTriedValues } from '../changes/tried-values.ts';
import { readBoxAddress, readTried } from './box-address.ts';

test('budgets in an address survive reading and writing, in one order', () => {
  expect(readBoxAddress({ try: 'video:8,ml:2', view: 'table' })).toEqual({ try: 'ml:2,video:8', view: 'table' });
  expect(readTried(writeTriedValues({ video: 8, ml: 0 }))).toEqual({ video: 8, ml: 0 });
});

test('what is no budget is left out', () => {
  expect(readBoxAddress({ try: 'video:-1,Ml:2,os:9999,x', view: 'cube', profile: 'laptop' })).toEqual({});
});
