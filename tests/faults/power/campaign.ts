import type { FileSystemKind } from '../block/needs.ts';
import { invariants } from './invariants.ts';
import { cutPower, emptyTally, type PowerOrder, type PowerTally } from './power-run.ts';
import { storedCuts, storeSeeds } from './stored-seeds.ts';
import type { Workload } from './workload.ts';

/** A workload on a kind of file system. */
export interface Pairing {
  workload: Workload;
  kind: FileSystemKind;
}

/** What came of a pairing. */
export interface Outcome extends Pairing {
  tally: PowerTally;
  /** A workload held every promise; a control was caught in enough of its cuts. */
  passed: boolean;
}

/** Share of its cuts in which a control must be caught. */
export const caughtShare = 0.8;
const cutsPerRecording = 40;

/** Cuts the power under a pairing so many times, stored seeds first; what fails is stored. */
export async function runPairing(
  { workload, kind }: Pairing,
  cuts: number,
  seed: string,
  watch: Pick<PowerOrder, 'signal' | 'onCut'> = {},
): Promise<Outcome> {
  const isControl = workload.leavesOut !== undefined;
  const tallies = [emptyTally()];
  for (const known of storedCuts(workload.name, kind))
    tallies.push(
      await cutPower({ ...watch, workload, kind, cuts: known.cuts, cutsPerRecording: known.cuts, seeds: [known.seed] }),
    );
  const share = Math.min(cuts, cutsPerRecording);
  const seeds = [`${seed}/${workload.name}/${kind}`];
  tallies.push(await cutPower({ ...watch, workload, kind, cuts, cutsPerRecording: share, seeds }));
  const tally = tallies.reduce(add);
  if (isControl) return { workload, kind, tally, passed: tally.bad.length >= caughtShare * tally.cuts };
  storeSeeds(
    tally.bad.map((bad) => ({ workload: workload.name, fileSystem: kind, seed: bad.seed, cuts: bad.cutsOfRecording })),
  );
  return { workload, kind, tally, passed: tally.bad.length === 0 };
}

function add(a: PowerTally, b: PowerTally): PowerTally {
  const sum = (key: 'cuts' | 'promises' | 'bytes' | 'torn' | 'orphans' | 'moves' | 'seconds') => a[key] + b[key];
  return {
    cuts: sum('cuts'),
    promises: sum('promises'),
    bytes: sum('bytes'),
    torn: sum('torn'),
    orphans: sum('orphans'),
    moves: sum('moves'),
    seconds: sum('seconds'),
    bad: [...a.bad, ...b.bad],
  };
}

const violationsShown = 10;

/** Every promise that did not hold: with seed, cut and what it is about. */
export function describeFailures({ workload, kind, tally }: Outcome): string[] {
  return tally.bad
    .flatMap(({ seed, moment, violations }) =>
      violations.map(
        ({ invariant, subject, detail }) =>
          `${workload.name} on ${kind}, seed ${seed}, cut after ${moment.join('+')} requests: ${subject}: ` +
          `not "${invariants[invariant]}"${detail ? ` (${detail})` : ''}`,
      ),
    )
    .slice(0, violationsShown);
}
