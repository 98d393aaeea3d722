import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStrategies } from './compare.ts';
import type { LoadMinute } from './load-record.ts';
import { type Simulation, simulate } from './simulate.ts';

const monday = new Date(2026, 10, 2).getTime();
const minuteMs = 60_000;

/** Jobs of 3 s each: 5 a minute at night, 60 a minute from 9 to 17 on working days. */
function officeWeeks(weeks: number): LoadMinute[] {
  return Array.from({ length: weeks * 7 * 24 * 60 }, (_, minute) => {
    const atMs = monday + minute * minuteMs;
    const time = new Date(atMs);
    const isOffice = time.getDay() % 6 !== 0 && time.getHours() >= 9 && time.getHours() < 17;
    const jobs = isOffice ? 60 : 5;
    return { atMs, jobs, busySeconds: jobs * 3 };
  });
}

const strategies: Simulation['settings'][] = [
  { strategy: 'fixed' },
  { strategy: 'queue-depth', min: 1, max: 8, jobsPerSlot: 2, calmSeconds: 60 },
  { strategy: 'latency-target', min: 1, max: 8, waitSeconds: 10, calmSeconds: 60 },
  { strategy: 'schedule', windows: [{ days: ['monday'], from: '22:00', to: '06:00', concurrency: 4 }] },
  { strategy: 'predictive', min: 1, max: 8, waitSeconds: 10, aheadMinutes: 15, calmSeconds: 60 },
];

describe('playing recorded load', () => {
  it('begins every job at once where there are slots for all', () => {
    const minutes = [{ atMs: monday, jobs: 6, busySeconds: 6 }];
    const played = simulate({ minutes, settings: { strategy: 'fixed' }, declared: 1, targetSeconds: 5 });
    expect(played).toMatchObject({ jobs: 6, wait: { most: 0 }, late: 0, changes: 0 });
  });

  it('lets the wait grow by what each job lacks where one slot is too few', () => {
    // A job every 10 s that takes 15 s: the n-th waits 5 s more than the one before.
    const minutes = [{ atMs: monday, jobs: 6, busySeconds: 90 }];
    const { wait, late } = simulate({ minutes, settings: { strategy: 'fixed' }, declared: 1, targetSeconds: 12 });
    expect(wait).toMatchObject({ mean: 12.5, most: 25 });
    expect(late).toBe(0.5);
  });

  it('serves every job once under every strategy, and work is never more than what was held', () => {
    const minute = fc.record({ jobs: fc.nat(40), seconds: fc.double({ min: 0.1, max: 30, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(minute, { minLength: 1, maxLength: 30 }), fc.constantFrom(...strategies), (load, settings) => {
        const minutes = load.map(({ jobs, seconds }, index) => ({
          atMs: monday + index * minuteMs,
          jobs,
          busySeconds: jobs * seconds,
        }));
        const played = simulate({ minutes, settings, declared: 2, targetSeconds: 10 });
        expect(played.jobs).toBe(load.reduce((sum, { jobs }) => sum + jobs, 0));
        expect(played.busy).toBeLessThanOrEqual(1 + 1e-9);
        expect(played.wait.mean).toBeGreaterThanOrEqual(0);
        expect(simulate({ minutes, settings, declared: 2, targetSeconds: 10 })).toEqual(played);
      }),
      { numRuns: 60 },
    );
  });
});

describe('comparing strategies on three weeks of an office', () => {
  const found = compareStrategies({ minutes: officeWeeks(3), declared: 2, max: 8, waitSeconds: 10, days: 7 });
  const of = Object.fromEntries(found.outcomes.map((outcome) => [outcome.strategy, outcome]));

  it('plays the same jobs to all five', () => {
    expect(found.outcomes).toHaveLength(5);
    expect(new Set(found.outcomes.map(({ jobs }) => jobs)).size).toBe(1);
  });

  it('shows that two fixed slots drown by day', () => {
    expect(of.fixed?.late).toBeGreaterThan(0.5);
  });

  it('writes the schedule that the weeks before suggest', () => {
    expect(of.schedule?.settings).toMatchObject({
      windows: Array.from({ length: 5 }, () => ({ from: '09:00', to: '17:00', concurrency: 4 })),
    });
    expect(of.schedule?.late).toBeLessThan(0.01);
  });

  it('has the predictive strategy ready before the office opens, with fewer waits than by latency alone', () => {
    expect(of.predictive?.late).toBeLessThanOrEqual(of['latency-target']?.late ?? 0);
    expect(of.predictive?.wait.most).toBeLessThan(of['latency-target']?.wait.most ?? 0);
  });

  it('names the one that holds the fewest slots and keeps the target', () => {
    const best = found.outcomes.find(({ strategy }) => strategy === found.best);
    expect(best?.late).toBeLessThanOrEqual(0.01);
    for (const other of found.outcomes.filter(({ late }) => late <= 0.01))
      expect(other.slotHours).toBeGreaterThanOrEqual(best?.slotHours ?? 0);
  });
});
