import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fileSystemKinds, whyNoBlockLayer, whyNoFileSystems } from '../block/needs.ts';
import { laneCount } from '../lanes.ts';
import { buildWorker } from '../pipeline-house.ts';
import { caughtShare, describeFailures, type Outcome, type Pairing, runPairing } from './campaign.ts';
import type { Workload } from './workload.ts';
import { assets, assetsNamedTooEarly, assetsOnTwoDisks } from './workloads/assets.ts';
import { deletions, deletionsTooEarly } from './workloads/deletions.ts';
import { keystore, keystoreWithoutSync } from './workloads/keystore.ts';
import { objects, objectsWithoutBytesSync, objectsWithoutFolderSync } from './workloads/objects.ts';
import { tierMoves, tierMovesWithoutFolderSync } from './workloads/tier-moves.ts';

/** Fresh cuts with each run; a failure prints its seed and stores it in seeds.json. */
const seed = String(Date.now());

/** Cuts per file system: all on ext4, which most machines have; what file systems differ in on the others. */
const cuts = new Map<Workload, { ext4: number; others: number }>([
  [objects, { ext4: 50, others: 25 }],
  [assets, { ext4: 12, others: 0 }],
  [assetsOnTwoDisks, { ext4: 24, others: 8 }],
  [keystore, { ext4: 50, others: 25 }],
  [tierMoves, { ext4: 20, others: 8 }],
  [deletions, { ext4: 16, others: 0 }],
]);
/** Beside those. */
const controlCuts = new Map<Workload, { ext4: number; others: number }>([
  [objectsWithoutBytesSync, { ext4: 8, others: 0 }],
  [objectsWithoutFolderSync, { ext4: 8, others: 5 }],
  [assetsNamedTooEarly, { ext4: 6, others: 0 }],
  [keystoreWithoutSync, { ext4: 10, others: 0 }],
  [tierMovesWithoutFolderSync, { ext4: 5, others: 0 }],
  [deletionsTooEarly, { ext4: 5, others: 0 }],
]);

vi.setConfig({ maxConcurrency: laneCount });
const outcomes: Outcome[] = [];
const cutMany = async (pairing: Pairing, count: number) => {
  const outcome = await runPairing(pairing, count, seed);
  outcomes.push(outcome);
  return outcome;
};

beforeAll(buildWorker);
afterAll(() => {
  const [held, controls] = [true, false].map((isReal) => outcomes.filter(({ workload }) => !workload.leavesOut === isReal)) as [
    Outcome[],
    Outcome[],
  ];
  const sum = (of: Outcome[], count: (outcome: Outcome) => number) => of.reduce((total, outcome) => total + count(outcome), 0);
  console.log(
    `power cuts: ${sum(held, ({ tally }) => tally.cuts)}, ${sum(held, ({ tally }) => tally.promises)} promises checked, ` +
      `${sum(held, ({ tally }) => tally.bad.length)} lost something; ` +
      `of controls: ${sum(controls, ({ tally }) => tally.cuts)}, ${sum(controls, ({ tally }) => tally.bad.length)} caught`,
  );
});

describe.for(fileSystemKinds)('on %s', (kind) => {
  const reason = whyNoFileSystems([kind]) ?? whyNoBlockLayer();
  const chosen = (from: typeof cuts) =>
    [...from].flatMap(([workload, { ext4, others }]) => {
      const count = kind === 'ext4' ? ext4 : others;
      return count > 0 ? [{ workload, count, name: workload.name, leavesOut: workload.leavesOut }] : [];
    });

  test.concurrent.for(chosen(cuts))(
    'a power cut at any moment breaks no promise: $name',
    async ({ workload, count }, context) => {
      if (reason) return context.skip(reason);
      const outcome = await cutMany({ workload, kind }, count);
      expect(describeFailures(outcome)).toEqual([]);
      expect(outcome.tally.cuts).toBeGreaterThanOrEqual(count);
      expect(outcome.tally.promises).toBeGreaterThan(0);
    },
  );

  test.concurrent.for(chosen(controlCuts))(
    'the rig notices what is lost without $leavesOut',
    async ({ workload, count }, context) => {
      if (reason) return context.skip(reason);
      const { tally } = await cutMany({ workload, kind }, count);
      expect(tally.bad.length).toBeGreaterThanOrEqual(caughtShare * tally.cuts);
    },
  );
});
