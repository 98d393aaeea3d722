import { expect, test } from 'vitest';
import { memoryObstacle, unguaranteedMb } from './memory-plan.ts';

test('guarantees leave 8 GB for the system and the page cache', () => {
  const budgets = [{ id: 'postgresql', minMb: 16_384, highMb: 20_000, maxMb: 24_000 }];
  expect(memoryObstacle(budgets, 16_384 + unguaranteedMb)).toBeUndefined();
  expect(memoryObstacle(budgets, 20_000)).toEqual({ needed: 16_384, available: 20_000 - unguaranteedMb });
});
