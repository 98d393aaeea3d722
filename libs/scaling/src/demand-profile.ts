import type { LoadMinute } from './load-record.ts';

const minutesOfBin = 15;
const binsOfWeek = (7 * 24 * 60) / minutesOfBin;
const minuteMs = 60_000;
/** Of the minutes of one quarter of the week, this share brought less: a peak that came once in four weeks is no rule. */
const usual = 0.9;
/** A quarter of the week that was seen less often than this says nothing. */
const leastMinutes = 2 * minutesOfBin;

/** The slots that work of each quarter of an hour of the week kept busy, as a rule. */
export interface DemandProfile {
  /** The most that is usual between two instants; undefined where too little was seen. */
  peak(fromMs: number, toMs: number): number | undefined;
  /** The share of the week, 0 to 1, that was seen often enough. */
  coverage: number;
}

/** Learns the week of a queue from its minutes. Minutes without a job count as none, from the first one seen to the last. Local time. */
export function demandProfile(minutes: readonly LoadMinute[]): DemandProfile {
  const bins: number[][] = Array.from({ length: binsOfWeek }, () => []);
  const busy = new Map(minutes.map(({ atMs, busySeconds }) => [atMs, busySeconds / 60]));
  const times = [...busy.keys()];
  const [first, last] = [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), -Infinity)];
  for (let atMs = first; atMs <= last; atMs += minuteMs) bins[binOf(atMs)]?.push(busy.get(atMs) ?? 0);
  const usualOf = bins.map((seen) => (seen.length < leastMinutes ? undefined : quantile(seen, usual)));
  return {
    coverage: usualOf.filter((value) => value !== undefined).length / binsOfWeek,
    peak: (fromMs, toMs) => {
      const step = minutesOfBin * minuteMs;
      let most: number | undefined;
      for (let atMs = fromMs; atMs < toMs + step; atMs += step) {
        const value = usualOf[binOf(Math.min(atMs, toMs))];
        if (value !== undefined) most = Math.max(most ?? 0, value);
      }
      return most;
    },
  };
}

function binOf(atMs: number): number {
  const time = new Date(atMs);
  return Math.floor((time.getDay() * 1440 + time.getHours() * 60 + time.getMinutes()) / minutesOfBin);
}

/** The value below which `share` of the values lie (nearest rank); 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
