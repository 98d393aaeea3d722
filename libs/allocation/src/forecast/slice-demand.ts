import { quantile } from '#scaling';
import type { Budget, WorkloadClass } from '../domain/budget.ts';

/** What a workload's slice did in one minute. */
export interface SliceMinute {
  /** Begin of the minute. */
  atMs: number;
  /** CPUs that it kept busy, on average. */
  busy: number;
  /** Share of the minute, 0 to 1, in which some of it waited for a CPU (PSI "some"); null where the kernel did not say. */
  pressure: number | null;
}

/** Measured minutes by workload. */
export type SliceLoad = ReadonlyMap<string, readonly SliceMinute[]>;

/**
 * What counts as enough: so many minutes of a hundred below such a share of its threads. Somebody waits for the latency-sensitive: nearly every
 * minute well below full. Noisy and background work may fill what it has.
 */
const comfort: Record<Exclude<WorkloadClass, 'system' | 'reserve'>, { share: number; fill: number }> = {
  latency: { share: 0.99, fill: 0.6 },
  throughput: { share: 0.95, fill: 0.85 },
  noisy: { share: 0.9, fill: 0.95 },
  background: { share: 0.9, fill: 0.95 },
};

/** An hour of the week, and what was usual in it. */
export interface WeekHour {
  /** 0 is Sunday. */
  day: number;
  hour: number;
  /** CPUs that nine of ten of its minutes stayed below. */
  busy: number;
}

/** What the measurements say of one workload. */
export interface Demand {
  id: string;
  minutes: number;
  p50: number;
  p95: number;
  p99: number;
  /** Share of the minutes that were tighter than its class should have them. */
  tight: number;
  /** Threads that would have been enough. */
  needed: number;
  /** The hours of the week that ask for the most, at most five. */
  busiest: WeekHour[];
}

/** Whether a budget of this class is moved at all: the system and the reserve are what the others leave. */
export function isMovable({ class: kind, pin }: Budget): boolean {
  return kind !== 'system' && kind !== 'reserve' && pin === undefined;
}

/** CPUs that it would have used at least: what it did, and one more while some of it waited. PSI does not say how many waited. */
export function demandOf({ busy, pressure }: SliceMinute): number {
  return busy + (pressure ?? 0);
}

/** What a workload needs, by its class. */
export function measureDemand(budget: Budget, minutes: readonly SliceMinute[]): Demand {
  const demands = minutes.map(demandOf);
  const { share, fill } = comfortOf(budget);
  return {
    id: budget.id,
    minutes: minutes.length,
    p50: quantile(demands, 0.5),
    p95: quantile(demands, 0.95),
    p99: quantile(demands, 0.99),
    tight: tightShare(budget, budget.threads, minutes),
    needed: Math.max(1, Math.ceil(quantile(demands, share) / fill - 1e-9)),
    busiest: busiestHours(minutes),
  };
}

/** Share of the minutes in which so many threads are fewer than its class should have. */
export function tightShare(budget: Budget, threads: number, minutes: readonly SliceMinute[]): number {
  if (minutes.length === 0) return 0;
  const { fill } = comfortOf(budget);
  return minutes.filter((minute) => demandOf(minute) > threads * fill + 1e-9).length / minutes.length;
}

function comfortOf({ class: kind }: Budget): { share: number; fill: number } {
  return kind === 'system' || kind === 'reserve' ? comfort.background : comfort[kind];
}

function busiestHours(minutes: readonly SliceMinute[]): WeekHour[] {
  const hours = new Map<number, number[]>();
  for (const minute of minutes) {
    const time = new Date(minute.atMs);
    const hour = time.getDay() * 24 + time.getHours();
    hours.set(hour, [...(hours.get(hour) ?? []), demandOf(minute)]);
  }
  return [...hours]
    .map(([hour, demands]) => ({ day: Math.floor(hour / 24), hour: hour % 24, busy: quantile(demands, 0.9) }))
    .sort((a, b) => b.busy - a.busy || a.day - b.day || a.hour - b.hour)
    .slice(0, 5);
}
