import type { SeededRandom } from './seeded-random.ts';
import type { LogEntry } from './write-log.ts';

/** The part of a request that reached the disk: all of it, or some of its sectors. */
export interface SurvivingWrite {
  entry: LogEntry;
  /** Byte ranges within the request, `end` not included. */
  parts: { start: number; end: number }[];
}

/** What is on the disk after the power went, seen from the log. */
export interface PowerCut {
  /** The requests before this number are on the disk as they are. */
  durable: number;
  /** Of those after, what the drive happened to write. */
  survivors: SurvivingWrite[];
}

/** How kind a drive is to what was not flushed: the share of requests that it wrote. */
const survivalShares = [0, 0.25, 0.5, 0.75, 1];
const tornShare = 0.4;

/**
 * Decides what a power cut after `count` requests leaves: everything before the last flush, and of what came later a random subset,
 * some of it torn between sectors of `atomBytes`. A drive promises no more.
 */
export function planPowerCut(entries: readonly LogEntry[], count: number, random: SeededRandom, atomBytes: number): PowerCut {
  const durable = flushedBefore(entries, count);
  const share = random.pick(survivalShares);
  const survivors: SurvivingWrite[] = [];
  for (const entry of entries.slice(durable, count)) {
    if (entry.length === 0) continue;
    const whole = [{ start: 0, end: entry.length }];
    if (entry.isForced) survivors.push({ entry, parts: whole });
    else if (random.next() < share) {
      const isTorn = !entry.isDiscard && entry.length > atomBytes && random.next() < tornShare;
      survivors.push({ entry, parts: isTorn ? tear(entry.length, random, atomBytes) : whole });
    }
  }
  return { durable, survivors };
}

/** How many requests are durable for certain when `count` were complete. */
export function flushedBefore(entries: readonly LogEntry[], count: number): number {
  for (let index = count - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    // A flush with data makes durable what came before it, its own data not.
    if (entry?.isFlush) return entry.length === 0 ? index + 1 : index;
  }
  return 0;
}

/** Some of the sectors: a beginning, or any. */
function tear(length: number, random: SeededRandom, atomBytes: number): SurvivingWrite['parts'] {
  const atoms = Math.ceil(length / atomBytes);
  const reached = 1 + random.below(atoms - 1);
  if (random.next() < 0.5) return [{ start: 0, end: reached * atomBytes }];
  const parts: SurvivingWrite['parts'] = [];
  for (let atom = 0; atom < atoms; atom += 1)
    if (random.next() < 0.5) parts.push({ start: atom * atomBytes, end: Math.min(length, (atom + 1) * atomBytes) });
  return parts;
}
