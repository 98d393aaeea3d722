import { expect, test } from 'vitest';
import { readCompared, readHistoryAddress, writeCompared } from './history-address.ts';

test('an address says whose changes are shown and which two are compared', () => {
  expect(readHistoryAddress({ domain: 'memory', compare: '12..9' })).toEqual({ domain: 'memory', compare: '12..9' });
  expect(readCompared(writeCompared([12, 9]))).toEqual([12, 9]);
});

test('what fits neither is left out', () => {
  expect(readHistoryAddress({ domain: '../etc', compare: '12' })).toEqual({});
  expect(readCompared(undefined)).toBeUndefined();
});
