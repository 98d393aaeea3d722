import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFaultFolder, removeFaultFolder } from '../block/fault-folder.ts';
import { isMounted, mount, unmount } from '../block/file-system.ts';
import type { FileSystemKind } from '../block/needs.ts';
import { chooseMoments, factsAt } from './cut-moments.ts';
import { DiskReplay } from './disk-replay.ts';
import { type PowerCut, planPowerCut } from './power-cut.ts';
import { type Moment, prepareDevices, type Recording, record, scratchIn } from './recording.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import type { Fact, Verdict, Violation, Workload } from './workload.ts';

/** What is asked of the rig. */
export interface PowerOrder {
  workload: Workload;
  kind: FileSystemKind;
  /** Cuts in all, and how many share one recording. */
  cuts: number;
  cutsPerRecording: number;
  /** Seeds of recordings: the first ones as given, further ones numbered after the last. */
  seeds: readonly string[];
  /** Breaks off after the cut in hand. */
  signal?: AbortSignal | undefined;
  /** Is told of every cut that was judged. */
  onCut?: ((isSound: boolean) => void) | undefined;
}

/** A cut after which something did not hold. */
export interface BadCut {
  /** Seed of the recording: with the same, the same work is done and the same share of it is cut off. */
  seed: string;
  cutsOfRecording: number;
  moment: Moment;
  violations: Violation[];
}

/** What came of all cuts. */
export interface PowerTally {
  cuts: number;
  /** Promises that were checked, once per cut. */
  promises: number;
  /** Bytes that the devices had been sent, and requests of them that were torn. */
  bytes: number;
  torn: number;
  orphans: number;
  moves: number;
  bad: BadCut[];
  seconds: number;
}

/** Nothing has been cut yet. */
export function emptyTally(): PowerTally {
  return { cuts: 0, promises: 0, bytes: 0, torn: 0, orphans: 0, moves: 0, bad: [], seconds: 0 };
}

/** The unit that a drive writes whole. btrfs writes its superblock in place, 4 KiB with one checksum; the others rely on 512 B. */
const atomBytes: Record<FileSystemKind, number> = { ext4: 512, xfs: 512, btrfs: 4096 };

/** Records a workload as often as needed and cuts the power at many moments of each recording. */
export async function cutPower(order: PowerOrder): Promise<PowerTally> {
  const { workload, kind, cuts, cutsPerRecording, seeds, signal } = order;
  const startedMs = performance.now();
  const tally = emptyTally();
  const room = await makeFaultFolder();
  try {
    const prepared = await prepareDevices(workload, kind, room);
    for (let round = 0; tally.cuts < cuts && !signal?.aborted; round += 1) {
      const seed = seeds[round] ?? `${seeds.at(-1)}.${round}`;
      const recording = await record(workload, kind, prepared, room, seed);
      await cutRecording(order, recording, room, seed, Math.min(cutsPerRecording, cuts - tally.cuts), tally);
    }
  } catch (error) {
    // Whoever broke off also ended programs that were just running.
    if (!signal?.aborted) throw error;
  } finally {
    await removeFaultFolder(room);
  }
  tally.seconds = (performance.now() - startedMs) / 1000;
  return tally;
}

async function cutRecording(
  { workload, kind, signal, onCut }: PowerOrder,
  recording: Recording,
  room: string,
  seed: string,
  cuts: number,
  tally: PowerTally,
): Promise<void> {
  const random = seededRandom(`${seed} cuts`);
  const disks = await Promise.all(
    recording.devices.map(({ logFile, prepared }, device) =>
      DiskReplay.open(logFile, prepared, join(room, `durable.${device}`)),
    ),
  );
  const flushes = (disks[0] as DiskReplay).log.entries.flatMap(({ isFlush }, index) => (isFlush ? [index] : []));
  for (const moment of chooseMoments(recording, flushes, cuts, workload.leavesOut !== undefined, random)) {
    if (signal?.aborted) break;
    const facts = factsAt(recording, moment);
    const images = disks.map((_, device) => join(room, `cut.${device}`));
    const plans = disks.map(({ log }, device) => planPowerCut(log.entries, moment[device] as number, random, atomBytes[kind]));
    const torn = await Promise.all(
      disks.map((disk, device) => disk.imageOf(plans[device] as PowerCut, images[device] as string)),
    );
    tally.torn += torn.reduce((sum, count) => sum + count, 0);
    const verdict = await judge(workload, kind, images, facts, scratchIn(room), random);
    if (signal?.aborted && verdict.violations.length > 0) break;
    onCut?.(verdict.violations.length === 0);
    if (verdict.violations.length > 0) tally.bad.push({ seed, cutsOfRecording: cuts, moment, violations: verdict.violations });
    tally.cuts += 1;
    tally.promises += facts.length;
    tally.orphans += verdict.orphans;
    tally.moves += verdict.moves ?? 0;
    for (const image of images) rmSync(image);
  }
  for (const disk of disks) {
    tally.bytes += disk.log.entries.reduce((sum, { length, isDiscard }) => sum + (isDiscard ? 0 : length), 0);
    disk.close();
  }
}

/** Mounts what is left and has the workload judge it. */
async function judge(
  workload: Workload,
  kind: FileSystemKind,
  images: string[],
  facts: Fact[],
  scratch: string,
  random: SeededRandom,
): Promise<Verdict> {
  const folders = images.map((image) => `${image}.mounted`);
  const broken = (invariant: Violation['invariant'], subject: string, error: unknown): Verdict => ({
    violations: [{ invariant, subject, detail: (error as Error).message }],
    orphans: 0,
  });
  try {
    const mounts = await Promise.allSettled(images.map((image, device) => mount(kind, image, folders[device] as string)));
    const refused = mounts.find(({ status }) => status === 'rejected');
    if (refused?.status === 'rejected') return broken('file-system-mounts', kind, refused.reason);
    return await workload.check({ folders, scratch, seed: String(random.next()) }, facts);
  } catch (error) {
    return broken('is-readable', workload.name, error);
  } finally {
    await Promise.all(folders.filter(isMounted).map(unmount));
  }
}
