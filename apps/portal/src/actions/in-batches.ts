import { formatCount, formatSpan } from '../lib/format.ts';
import { type RunningWork, showWork } from '../ui/toast-queue.ts';
import type { AssetSet } from './asset-set.ts';

const atOnce = 1000;

/** What came of a change to many assets. */
export interface Batched {
  /** How many it really changed. */
  changed: number;
  /** Those it was done with: all, unless somebody stopped it. */
  ids: readonly string[];
}

/** Whether it takes more than one request: then it shows its progress, and nobody need wait for it. */
export function isLong(assets: AssetSet): boolean {
  return assets.count > atOnce;
}

/** Splits ids into requests of at most a thousand. */
export function inBatches(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let first = 0; first < ids.length; first += atOnce) batches.push(ids.slice(first, first + atOnce));
  return batches;
}

/**
 * Changes assets batch after batch and adds up how many it changed. More than one batch shows how far it is and can be stopped; what is
 * done by then stays done.
 */
export async function forEachBatch(
  doing: string,
  assets: AssetSet,
  change: (ids: string[]) => Promise<{ changed: number }>,
): Promise<Batched> {
  const stop = new AbortController();
  const work = isLong(assets) ? showWork(doing, () => stop.abort()) : undefined;
  try {
    const all = await assets.read((known) => work?.update(`${progressOf(known, assets.count)} listed`, 0), stop.signal);
    return await changeAll(all, change, work, stop.signal);
  } catch (thrown) {
    if (stop.signal.aborted) return { changed: 0, ids: [] };
    throw thrown;
  } finally {
    work?.end();
  }
}

async function changeAll(
  all: readonly string[],
  change: (ids: string[]) => Promise<{ changed: number }>,
  work: RunningWork | undefined,
  signal: AbortSignal,
): Promise<Batched> {
  const startedAt = performance.now();
  let changed = 0;
  let done = 0;
  for (const batch of inBatches(all)) {
    if (signal.aborted) break;
    changed += (await change(batch)).changed;
    done += batch.length;
    const leftMs = ((performance.now() - startedAt) / done) * (all.length - done);
    work?.update(`${progressOf(done, all.length)} done, about ${formatSpan(leftMs)} left`, done / all.length);
  }
  return { changed, ids: all.slice(0, done) };
}

function progressOf(done: number, total: number): string {
  return `${formatCount(done)} of ${formatCount(total)}`;
}
