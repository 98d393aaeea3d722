import { invariants } from '../power/invariants.ts';
import { storedKills, storeSeeds } from '../power/stored-seeds.ts';
import type { Workload } from '../power/workload.ts';
import { type KillOrder, type KillTally, killProcesses } from './kill-run.ts';

/** Kills the process of a workload so many times, what failed once before that; what fails is stored. */
export async function runKills(
  workload: Workload,
  kills: number,
  seed: string,
  watch: Pick<KillOrder, 'signal' | 'onKill'> = {},
): Promise<KillTally> {
  const bad: KillTally['bad'] = [];
  for (const known of storedKills(workload.name))
    bad.push(...(await killProcesses({ ...watch, workload, kills: known.kills, seed: known.seed })).bad);
  const tally = await killProcesses({ ...watch, workload, kills, seed: `${seed}/${workload.name}` });
  if (tally.bad.length > 0) storeSeeds([{ workload: workload.name, seed: `${seed}/${workload.name}`, kills }]);
  return { ...tally, bad: [...bad, ...tally.bad] };
}

/** Every promise that did not hold after a kill: with seed, instant and what it is about. */
export function describeBadKills({ name }: Workload, { bad }: KillTally): string[] {
  return bad.flatMap(({ seed, instant, violations }) =>
    violations.map(
      ({ invariant, subject, detail }) =>
        `${name}, seed ${seed}, killed ${instant}: ${subject}: not "${invariants[invariant]}"${detail ? ` (${detail})` : ''}`,
    ),
  );
}
