import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FileSystemKind, fileSystemKinds, whyNoBlockLayer, whyNoFileSystems } from './block/needs.ts';
import { describeBadKills, runKills } from './kill/kill-campaign.ts';
import { describeFailures, type Outcome, type Pairing, runPairing } from './power/campaign.ts';
import { workloadNamed, workloads } from './power/workloads/index.ts';

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

function lineOf({ workload, kind, tally, passed }: Outcome): string {
  const { cuts, promises, bytes, torn, orphans, bad, seconds } = tally;
  const kinds = bad.flatMap(({ violations }) => violations.map(({ invariant }) => invariant));
  const of = (invariant: string) => kinds.filter((kind) => kind === invariant).length;
  const lost = of('acknowledged-is-there');
  const dangling = of('row-has-bytes');
  const others = kinds.length - lost - dangling;
  const result = workload.leavesOut
    ? `caught ${bad.length} of ${cuts} (without ${workload.leavesOut})`
    : `${lost} lost, ${dangling} dangling, ${others} other, ${orphans} orphans`;
  return (
    `${passed ? '✓' : '✗'} ${workload.name.padEnd(28)} ${kind.padEnd(5)} ${String(cuts).padStart(5)} cuts ` +
    `${String(promises).padStart(7)} promises ${(bytes / 1e6).toFixed(0).padStart(5)} MB ${String(torn).padStart(5)} torn ` +
    `${(cuts / seconds).toFixed(1).padStart(5)}/s  ${result}`
  );
}

const [trials, kills] = [Number(values.trials ?? (Number(values.kills) > 0 ? 0 : 300)), Number(values.kills)];
const pairings = trials > 0 ? findPairings() : [];
const each = Math.ceil(trials / Math.max(1, pairings.length));
console.log(`seed ${values.seed}, ${each} power cuts for each of ${pairings.length} pairings, ${kills} kills`);
const outcomes: Outcome[] = [];
for (const pairing of pairings) {
  const outcome = await runPairing(pairing, each, values.seed);
  outcomes.push(outcome);
  console.log(lineOf(outcome));
  if (!outcome.passed && !pairing.workload.leavesOut) for (const line of describeFailures(outcome)) console.log(`    ${line}`);
}

/** Kills the processes of all workloads that are no controls; answers whether every promise held. */
async function killAll(): Promise<boolean> {
  const killed = values.workload.map(workloadNamed).filter(({ leavesOut }) => leavesOut === undefined);
  let isSound = true;
  for (const workload of killed) {
    const tally = await runKills(workload, Math.ceil(kills / killed.length), values.seed);
    const instants = [...tally.instants].map(([name, count]) => `${name} ${count}`).join(', ');
    console.log(
      `${tally.bad.length === 0 ? '✓' : '✗'} ${workload.name.padEnd(28)} ${tally.kills} kills (${tally.missed} too late) ` +
        `${tally.promises} promises, ${tally.orphans} orphans, ${(tally.kills / tally.seconds).toFixed(1)}/s: ${instants}`,
    );
    for (const line of describeBadKills(workload, tally)) console.log(`    ${line}`);
    isSound &&= tally.bad.length === 0;
  }
  return isSound;
}

const total = (count: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
const failed = outcomes.filter(({ passed }) => !passed);
console.log(
  `${total(({ tally }) => tally.cuts)} cuts, ${total(({ tally }) => tally.promises)} promises checked, ` +
    `${(total(({ tally }) => tally.bytes) / 1e6).toFixed(0)} MB replayed, ${failed.length} of ${outcomes.length} pairings failed`,
);
const isKillProof = kills > 0 ? await killAll() : true;
process.exitCode = failed.length === 0 && isKillProof ? 0 : 1;
