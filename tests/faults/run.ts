import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FileSystemKind, fileSystemKinds, whyNoBlockLayer, whyNoFileSystems } from './block/needs.ts';
import { describeBadKills, runKills } from './kill/kill-campaign.ts';
import { inLanes, laneCount } from './lanes.ts';
import { describeFailures, type Pairing, runPairing } from './power/campaign.ts';
import type { Workload } from './power/workload.ts';
import { workloadNamed, workloads } from './power/workloads/index.ts';
import { RunReport } from './run-report.ts';

// Cuts the power under the built product and kills its processes:
// npm run faults -- [--trials N] [--kills N] [--seed S] [--workload NAME …] [--fs ext4|xfs|btrfs …]
const { values } = parseArgs({
  options: {
    /** Power cuts in all; 300 unless kills are asked for instead. */
    trials: { type: 'string' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    workload: { type: 'string', multiple: true, default: workloads.map(({ name }) => name) },
    fs: { type: 'string', multiple: true, default: [...fileSystemKinds] },
  },
});

/** What can be run here; what cannot is said. */
function findPairings(): Pairing[] {
  return (values.fs as FileSystemKind[]).flatMap((kind) => {
    if (!fileSystemKinds.includes(kind))
      throw new Error(`There is no file system ${kind}; there are: ${fileSystemKinds.join(', ')}.`);
    const reason = whyNoFileSystems([kind]) ?? whyNoBlockLayer();
    if (reason) console.log(`skipped: ${kind}: ${reason}`);
    return reason ? [] : values.workload.map((name) => ({ workload: workloadNamed(name), kind }));
  });
}

const [trials, kills] = [Number(values.trials ?? (Number(values.kills) > 0 ? 0 : 300)), Number(values.kills)];
const pairings = trials > 0 ? findPairings() : [];
const killed = kills > 0 ? values.workload.map(workloadNamed).filter(({ leavesOut }) => leavesOut === undefined) : [];
const [cutsEach, killsEach] = [Math.ceil(trials / Math.max(1, pairings.length)), Math.ceil(kills / Math.max(1, killed.length))];
console.log(
  `seed ${values.seed}: ${cutsEach} power cuts for each of ${pairings.length} pairings, ` +
    `${killsEach} kills for each of ${killed.length} workloads, ${laneCount} at a time`,
);

// Ctrl-C ends what is in hand, says what was done and cleans up; a second one ends at once, and the next run cleans up.
const breaking = new AbortController();
const { signal } = breaking;
const report = new RunReport(cutsEach * pairings.length, killsEach * killed.length);
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (signal.aborted) process.exit(130);
    console.log('Ending; what is in hand is judged first.');
    breaking.abort();
  });

async function cut(pairing: Pairing): Promise<void> {
  const outcome = await runPairing(pairing, cutsEach, values.seed, {
    signal,
    onCut: (isSound) => report.noteCut(pairing, isSound),
  });
  report.addCuts(outcome, pairing.workload.leavesOut ? [] : describeFailures(outcome));
}

async function kill(workload: Workload): Promise<void> {
  const tally = await runKills(workload, killsEach, values.seed, { signal, onKill: (isSound) => report.noteKill(isSound) });
  report.addKills(workload, tally, describeBadKills(workload, tally));
}

/** One that cannot be done keeps no other from being done. */
const guarded = (name: string, work: () => Promise<void>) => () =>
  work().catch((error) => report.addBroken(name, error as Error));
await inLanes(
  [
    ...killed.map((workload) => guarded(`kills of ${workload.name}`, () => kill(workload))),
    ...pairings.map((pairing) => guarded(`${pairing.workload.name} on ${pairing.kind}`, () => cut(pairing))),
  ],
  signal,
);
// What broke off may have left servers, which end with this process.
process.exit(report.end() ? 0 : 1);
