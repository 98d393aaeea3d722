import { beforeAll, expect, test } from 'vitest';
import { buildWorker } from '../pipeline-house.ts';
import { assets } from '../power/workloads/assets.ts';
import { objects } from '../power/workloads/objects.ts';
import { describeBadKills, runKills } from './kill-campaign.ts';

/** Other kills with each run; a failure prints its seed. */
const seed = String(Date.now());

beforeAll(buildWorker);

test.for([
  { workload: objects, name: objects.name, kills: 16 },
  { workload: assets, name: assets.name, kills: 8 },
])('a process that is killed at any instant breaks no promise: $name', async ({ workload, kills }) => {
  const tally = await runKills(workload, kills, seed);
  expect(describeBadKills(workload, tally)).toEqual([]);
  expect(tally.kills - tally.missed, `kills that came in time, seed ${seed}`).toBeGreaterThan(kills / 2);
  expect(tally.promises).toBeGreaterThan(0);
});
