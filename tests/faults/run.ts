import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FileSystemKind, fileSystemKinds, whyNoBlockLayer, whyNoFileSystems } from './block/needs.ts';
import { describeFailures, type Outcome, type Pairing, runPairing } from './power/campaign.ts';
import { workloadNamed, workloads } from './power/workloads/index.ts';

// Cuts the power under the built product: npm run faults -- [--trials N] [--seed S] [--workload NAME …] [--fs ext4|xfs|btrfs …]
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '300' },
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

const pairings = findPairings();
const each = Math.ceil(Number(values.trials) / Math.max(1, pairings.length));
console.log(`seed ${values.seed}, ${each} cuts for each of ${pairings.length} pairings of workload and file system`);
const outcomes: Outcome[] = [];
for (const pairing of pairings) {
  const outcome = await runPairing(pairing, each, values.seed);
  outcomes.push(outcome);
  console.log(lineOf(outcome));
  if (!outcome.passed && !pairing.workload.leavesOut) for (const line of describeFailures(outcome)) console.log(`    ${line}`);
}
const total = (count: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
const failed = outcomes.filter(({ passed }) => !passed);
console.log(
  `${total(({ tally }) => tally.cuts)} cuts, ${total(({ tally }) => tally.promises)} promises checked, ` +
    `${(total(({ tally }) => tally.bytes) / 1e6).toFixed(0)} MB replayed, ${failed.length} of ${outcomes.length} pairings failed`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
