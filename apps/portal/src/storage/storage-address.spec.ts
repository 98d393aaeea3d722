import { expect, test } from 'vitest';
import { readStorageAddress } from './storage-address.ts';

test('the address keeps the plan, the moves and the object, and nothing that does not exist', () => {
  const object = '0192f0aa-0001-7000-8000-000000000001';
  expect(readStorageAddress({ plan: 'now', moves: 'failed', object })).toEqual({ plan: 'now', moves: 'failed', object });
  expect(readStorageAddress({ plan: 'later', moves: 7, object: '../x', other: 'y' })).toEqual({});
});
