import { describe, expect, it } from 'vitest';
import type { ScalingSettings } from '#manifest';
import { demandProfile } from './demand-profile.ts';
import { Scaler } from './scaler.ts';
import { type QueueState, wishOf } from './strategies.ts';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
const calm: QueueState = { atMs: at(2, 12), waiting: 0, running: 0, oldestWaitSeconds: 0, meanSeconds: 2, jobsPerSecond: 0 };
const slots = (settings: ScalingSettings, state: Partial<QueueState>, declared = 2) =>
  wishOf(settings, { ...calm, ...state }, { declared }).slots;

describe('queue-depth', () => {
  const settings: ScalingSettings = { strategy: 'queue-depth', min: 1, max: 8, jobsPerSlot: 4, calmSeconds: 60 };
  it('counts what waits and what runs', () => {
    expect(slots(settings, { waiting: 7, running: 2 })).toBe(3);
    expect(slots(settings, {})).toBe(0);
  });
});

describe('latency-target', () => {
  const settings: ScalingSettings = { strategy: 'latency-target', min: 1, max: 8, waitSeconds: 10, calmSeconds: 60 };
  it('keeps as many as what comes in keeps busy, a fifth to spare', () => {
    expect(slots(settings, { jobsPerSecond: 2 })).toBe(5);
  });
  it('adds what is needed to be done with what waits within the target', () => {
    expect(slots(settings, { jobsPerSecond: 2, waiting: 20 })).toBe(9);
  });
  it('takes one more while somebody waits too long, whatever the sums say', () => {
    expect(slots(settings, { running: 3, waiting: 1, oldestWaitSeconds: 30 })).toBe(4);
  });
  it('begins carefully while no job has ended, and lets go of that once they wait too long', () => {
    expect(slots(settings, { meanSeconds: undefined, waiting: 9, running: 1 })).toBe(2);
    expect(slots(settings, { meanSeconds: undefined, waiting: 9, running: 1, oldestWaitSeconds: 11 })).toBe(10);
  });
});

describe('schedule', () => {
  const settings: ScalingSettings = {
    strategy: 'schedule',
    windows: [{ days: ['monday'], from: '22:00', to: '06:00', concurrency: 6 }],
  };
  it.each([
    [2, 21, 59, 2],
    [2, 22, 0, 6],
    [3, 5, 59, 6],
    [3, 6, 0, 2],
    [3, 22, 0, 2],
  ])('on November %i at %i:%i runs %#', (day, hour, minute, expected) => {
    expect(slots(settings, { atMs: at(day, hour, minute) })).toBe(expected);
  });
});

describe('predictive', () => {
  const settings: ScalingSettings = {
    strategy: 'predictive',
    min: 1,
    max: 16,
    waitSeconds: 10,
    aheadMinutes: 30,
    calmSeconds: 60,
  };
  const mondays = [2, 9].flatMap((day) =>
    Array.from({ length: 600 }, (_, minute) => ({ atMs: at(day, 8, minute), jobs: 60, busySeconds: minute < 60 ? 60 : 240 })),
  );
  const profile = demandProfile(mondays);
  it('is ready before the load comes', () => {
    const wish = wishOf(settings, { ...calm, atMs: at(16, 8, 35) }, { declared: 1, profile });
    expect(wish).toEqual({ slots: 5, reason: 'this hour of the week usually keeps 4.0 slots busy' });
  });
  it('says where it knows nothing', () => {
    expect(wishOf(settings, { ...calm, atMs: at(18, 8) }, { declared: 1, profile }).reason).toContain(
      'nothing is known of this hour',
    );
  });
});

describe('patience', () => {
  const settings: ScalingSettings = { strategy: 'queue-depth', min: 1, max: 8, jobsPerSlot: 1, calmSeconds: 60 };
  const ask = (scaler: Scaler, seconds: number, waiting: number) =>
    scaler.next({ ...calm, atMs: at(2, 12) + seconds * 1000, waiting }, { declared: 2 }).slots;

  it('gives more at once, never more than the most, and says what would be needed', () => {
    const scaler = new Scaler(settings, 2);
    expect(scaler.next({ ...calm, waiting: 20 }, { declared: 2 })).toEqual({
      slots: 8,
      reason: '20 jobs, one slot for 1; 20 would be needed, 8 is the most',
    });
  });

  it('gives fewer only after fewer were enough for a minute, and then the most that was wanted meanwhile', () => {
    const scaler = new Scaler(settings, 2);
    const wanted = [8, 1, 5, 1, 1, 1, 1, 1, 1].map((waiting, index) => ask(scaler, index * 10, waiting));
    expect(wanted).toEqual([8, 8, 8, 8, 8, 8, 8, 5, 5]);
  });

  it('begins to wait anew when as many are needed again', () => {
    const scaler = new Scaler(settings, 2);
    const wanted = [4, 1, 1, 1, 4, 1, 1, 1, 1, 1].map((waiting, index) => ask(scaler, index * 15, waiting));
    expect(wanted).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 4, 1]);
  });
});
