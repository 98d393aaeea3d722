import { useSyncExternalStore } from 'react';
import type { QueueState } from '../api/types.ts';

/** The rate of a queue at a moment, as the appliance told it. */
export interface RateSample {
  atMs: number;
  perMinute: number;
}

/** How far back the trails reach. */
export const trailMs = 10 * 60_000;
/** Readings further apart than this were not taken: the line is broken there rather than guessed. */
export const gapMs = 45_000;

type Trails = ReadonlyMap<QueueState['name'], readonly RateSample[]>;

let trails: Trails = new Map();
const listeners = new Set<() => void>();

/** Notes a reading of all queues; a reading that was noted already changes nothing. */
export function noteRates(queues: readonly Pick<QueueState, 'name' | 'finishedLastMinute'>[], atMs: number): void {
  const known = trails.values().next().value?.at(-1);
  if (known && known.atMs >= atMs) return;
  trails = new Map(
    queues.map(({ name, finishedLastMinute }) => [
      name,
      [...(trails.get(name) ?? []).filter((sample) => sample.atMs > atMs - trailMs), { atMs, perMinute: finishedLastMinute }],
    ]),
  );
  for (const listener of listeners) listener();
}

/** Splits a trail where readings are missing. */
export function unbroken(samples: readonly RateSample[]): RateSample[][] {
  const parts: RateSample[][] = [];
  let before: RateSample | undefined;
  for (const sample of samples) {
    if (before && sample.atMs - before.atMs <= gapMs) parts.at(-1)?.push(sample);
    else parts.push([sample]);
    before = sample;
  }
  return parts;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The rates noted in this tab during the last ten minutes. */
export function useRateTrails(): Trails {
  return useSyncExternalStore(subscribe, () => trails);
}
