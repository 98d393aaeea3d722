import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { laneCount } from '../lanes.ts';
import { buildWorker } from '../pipeline-house.ts';
import { assets } from '../power/workloads/assets.ts';
import { deletions } from '../power/workloads/deletions.ts';
import { keystore } from '../power/workloads/keystore.ts';
import { objects } from '../power/workloads/objects.ts';
import { tierMoves } from '../power/workloads/tier-moves.ts';
import { describeBadKills, runKills } from './kill-campaign.ts';
import type { KillTally } from './kill-run.ts';

/** Other kills with each run; a failure prints its seed. */
const seed = String(Date.now());

vi.setConfig({ maxConcurrency: laneCount });
const tallies: KillTally[] = [];
beforeAll(buildWorker);
afterAll(() => {
  const sum = (count: (tally: KillTally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
  console.log(
    `kills: ${sum(({ kills }) => kills)} (${sum(({ missed }) => missed)} too late), ${sum(({ promises }) => promises)} promises checked, ` +
      `${sum(({ bad }) => bad.length)} lost something`,
  );
});

test.concurrent.for([
  { workload: objects, name: objects.name, kills: 40 },
  { workload: tierMoves, name: tierMoves.name, kills: 20 },
  { workload: assets, name: assets.name, kills: 16 },
  { workload: deletions, name: deletions.name, kills: 14 },
  { workload: keystore, name: keystore.name, kills: 20 },
])('a process that is killed at any instant breaks no promise: $name', async ({ workload, kills }) => {
  const tally = await runKills(workload, kills, seed);
  tallies.push(tally);
  expect(describeBadKills(workload, tally)).toEqual([]);
  expect(tally.kills - tally.missed, `kills that came in time, seed ${seed}`).toBeGreaterThan(kills / 3);
  expect(tally.promises).toBeGreaterThan(0);
});
