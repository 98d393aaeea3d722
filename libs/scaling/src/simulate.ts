import type { ScalingSettings } from '#manifest';
import { demandProfile, quantile } from './demand-profile.ts';
import type { LoadMinute } from './load-record.ts';
import { Scaler } from './scaler.ts';
import { SlotPool } from './slot-pool.ts';

const minuteMs = 60_000;

/** What one strategy would have done with a recorded load. */
export interface Outcome {
  strategy: ScalingSettings['strategy'];
  jobs: number;
  /** Seconds from the arrival of a job to its begin. */
  wait: { mean: number; p50: number; p95: number; p99: number; most: number };
  /** Share of the jobs that waited longer than the target. */
  late: number;
  /** Slots held over time, whether busy or not: what others could have had. */
  slotHours: number;
  /** Share of the held time that was work. */
  busy: number;
  /** How often the number changed. */
  changes: number;
}

export interface Simulation {
  minutes: readonly LoadMinute[];
  settings: ScalingSettings;
  declared: number;
  /** What counts as late. */
  targetSeconds: number;
  /** How long a new slot takes before its first job: a model is loaded, a parser started. */
  startSeconds?: number;
  /** How often the strategy is asked. */
  everySeconds?: number;
  /** Minutes that the predictive strategy has learnt from; those before what is simulated. */
  learnt?: readonly LoadMinute[];
}

/**
 * Plays recorded load through a strategy, first come, first served. The jobs of a minute come evenly spread and take their mean each, so the
 * same record gives the same outcome.
 */
export function simulate(input: Simulation): Outcome {
  const { settings, declared, targetSeconds, startSeconds = 5, everySeconds = 10 } = input;
  const scaler = new Scaler(settings, declared);
  const profile = settings.strategy === 'predictive' ? demandProfile(input.learnt ?? []) : undefined;
  const jobs = jobsOf(input.minutes);
  const beginMs = input.minutes[0]?.atMs ?? 0;
  const pool = new SlotPool(beginMs, declared, startSeconds * 1000);
  let next = 0;
  for (let atMs = beginMs; next < jobs.length || pool.isBusy; atMs += everySeconds * 1000) {
    pool.advance(atMs);
    pool.resize(scaler.next(pool.state(), { declared, profile }).slots);
    for (let job = jobs[next]; job && job.atMs < atMs + everySeconds * 1000; job = jobs[next]) {
      pool.take(job);
      next += 1;
    }
  }
  const { waits, heldMs, busyMs, changes } = pool;
  return {
    strategy: settings.strategy,
    jobs: waits.length,
    wait: {
      mean: waits.length > 0 ? waits.reduce((sum, wait) => sum + wait, 0) / waits.length : 0,
      p50: quantile(waits, 0.5),
      p95: quantile(waits, 0.95),
      p99: quantile(waits, 0.99),
      most: quantile(waits, 1),
    },
    late: waits.length > 0 ? waits.filter((wait) => wait > targetSeconds).length / waits.length : 0,
    slotHours: heldMs / 3_600_000,
    busy: heldMs > 0 ? busyMs / heldMs : 0,
    changes,
  };
}

function jobsOf(minutes: readonly LoadMinute[]): { atMs: number; ms: number }[] {
  return minutes.flatMap(({ atMs, jobs, busySeconds }) =>
    Array.from({ length: jobs }, (_, index) => ({
      atMs: atMs + ((index + 0.5) / jobs) * minuteMs,
      ms: (busySeconds / jobs) * 1000,
    })),
  );
}
