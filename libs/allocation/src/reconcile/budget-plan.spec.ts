import { expect, it } from 'vitest';
import type { WorkloadSettings } from '#manifest';
import { memoryObstacleOf } from './budget-plan.ts';

const obstacleOf = (machineMb: number, ...limits: [minMb: number, highMb: number, maxMb: number][]) => {
  const wished = limits.map(([minMb, highMb, maxMb], place): WorkloadSettings => {
    return { id: `w${place}`, class: 'throughput', threads: 1, memory: { minMb, highMb, maxMb } };
  });
  return memoryObstacleOf({ wished }, machineMb);
};

it('takes limits that rise or are the same, and no others', () => {
  expect(obstacleOf(65_536, [1000, 2000, 3000], [500, 500, 500])).toBeUndefined();
  const torn = { feasible: false, code: 'MEMORY_ORDER' };
  expect(obstacleOf(65_536, [1, 2, 3], [2001, 2000, 3000])).toMatchObject({
    ...torn,
    message: 'w1: memoryMinMb 2001 ≤ memoryHighMb 2000 ≤ memoryMaxMb 3000 must hold.',
  });
  expect(obstacleOf(65_536, [1000, 3001, 3000])).toMatchObject(torn);
});

it('guarantees all but 8 GB of the machine, and of a small machine nothing has to be guaranteed', () => {
  expect(obstacleOf(16_384, [8192, 9000, 9000])).toBeUndefined();
  expect(obstacleOf(16_384, [4096, 9000, 9000], [4097, 9000, 9000])).toMatchObject({
    ...{ code: 'MEMORY_OVERCOMMIT', needed: 8193, available: 8192 },
  });
  expect(obstacleOf(4096, [0, 9000, 9000])).toBeUndefined();
});
