import { expect, test } from 'vitest';
import { exactBound, isWorthWalking, planLimits, planWalk } from './vector-plan.ts';

test('candidates are compared while that costs no more than a walk', () => {
  expect(exactBound(100, 200_000, planLimits)).toBe(7071);
  expect(exactBound(10, 5000, planLimits)).toBe(planLimits.fewestCompared);
  expect(exactBound(200, 50_000_000, planLimits)).toBe(planLimits.mostCompared);
});

test('a walk is as wide as what must be visited, within what pgvector allows', () => {
  expect(planWalk(100, 0.6)).toEqual({ efSearch: 400, maxScanTuples: 2000, rows: 120 });
  expect(planWalk(100, 0.15)).toEqual({ efSearch: 800, maxScanTuples: 2400, rows: 120 });
  expect(planWalk(100, 0.01)).toEqual({ efSearch: 1000, maxScanTuples: 36_000, rows: 120 });
});

test('a filter is walked where its members live near the query, and compared where they live far away', () => {
  const sample = (passing: number) => ({ met: 100, passing });
  expect(isWorthWalking(sample(10), 100, 0.6, 7071)).toBe(true);
  expect(isWorthWalking(sample(4), 100, 0.6, 7071)).toBe(false);
  expect(isWorthWalking(sample(0), 100, 0.6, 7071)).toBe(false);
  expect(isWorthWalking({ met: 0, passing: 0 }, 100, 0.6, 7071)).toBe(false);
});
