import { type ScalingSettings, weekdays } from '#manifest';
import { type DemandProfile, demandProfile } from './demand-profile.ts';
import type { LoadMinute } from './load-record.ts';
import { type Outcome, simulate } from './simulate.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What strategies are compared with. */
export interface Contest {
  minutes: readonly LoadMinute[];
  declared: number;
  max: number;
  waitSeconds: number;
  /** So many of the last days are played; what lies before is what the strategies have learnt from. */
  days: number;
  startSeconds?: number;
}

/** Outcomes of strategies on the same load, and what they were made of. */
export interface Comparison {
  playedFromMs: number;
  learntMinutes: number;
  outcomes: (Outcome & { settings: ScalingSettings })[];
  /** The least slots held among those with at most one job in a hundred late; none: no strategy keeps the target. */
  best: ScalingSettings['strategy'] | null;
}

const mayBeLate = 0.01;

/** Plays the last days through each of the five strategies. The schedule is what somebody would write who has seen the weeks before. */
export function compareStrategies(contest: Contest): Comparison {
  const { minutes, declared, waitSeconds, days, startSeconds } = contest;
  const playedFromMs = (minutes.at(-1)?.atMs ?? 0) + 60_000 - days * dayMs;
  const learnt = minutes.filter(({ atMs }) => atMs < playedFromMs);
  const played = minutes.filter(({ atMs }) => atMs >= playedFromMs);
  const outcomes = strategiesFor(contest, demandProfile(learnt)).map((settings) => ({
    ...simulate({ minutes: played, settings, declared, targetSeconds: waitSeconds, startSeconds, learnt }),
    settings,
  }));
  const good = outcomes.filter(({ late }) => late <= mayBeLate);
  const best = good.toSorted((a, b) => a.slotHours - b.slotHours || a.wait.mean - b.wait.mean)[0];
  return { playedFromMs, learntMinutes: learnt.length, outcomes, best: best?.strategy ?? null };
}

function strategiesFor({ declared, max, waitSeconds }: Contest, profile: DemandProfile): ScalingSettings[] {
  const limits = { min: 1, max, calmSeconds: 60 };
  return [
    { strategy: 'fixed' },
    { strategy: 'queue-depth', ...limits, jobsPerSlot: 2 },
    { strategy: 'latency-target', ...limits, waitSeconds },
    { strategy: 'schedule', windows: windowsOf(profile, declared, max) },
    { strategy: 'predictive', ...limits, waitSeconds, aheadMinutes: 15 },
  ];
}

type Windows = Extract<ScalingSettings, { strategy: 'schedule' }>['windows'];

/** For each weekday the hours from the first to the last that usually need more than is declared, with what they need at the most. */
function windowsOf(profile: DemandProfile, declared: number, max: number): Windows {
  const found = weekdays.flatMap((day, index): Windows => {
    // 2023-01-01 was a Sunday; local time, as the profile has it.
    const needs = Array.from({ length: 24 }, (_, hour) => {
      const fromMs = new Date(2023, 0, 1 + index, hour).getTime();
      return Math.ceil((profile.peak(fromMs, fromMs + hourMs - 1) ?? 0) / 0.8);
    });
    const first = needs.findIndex((need) => need > declared);
    if (first < 0) return [];
    const last = needs.findLastIndex((need) => need > declared);
    const concurrency = Math.min(max, Math.max(...needs));
    return [{ days: [day], from: timeOf(first), to: last === 23 ? '00:00' : timeOf(last + 1), concurrency }];
  });
  return found.length > 0 ? found : [{ days: [...weekdays], from: '00:00', to: '23:59', concurrency: declared }];
}

function timeOf(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}
