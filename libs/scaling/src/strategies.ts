import { type ScalingSettings, weekdays } from '#manifest';
import type { DemandProfile } from './demand-profile.ts';

/** What is known of a queue at an instant. */
export interface QueueState {
  atMs: number;
  waiting: number;
  running: number;
  oldestWaitSeconds: number;
  /** How long jobs took of late; undefined while none has ended. */
  meanSeconds: number | undefined;
  /** How many came of late. */
  jobsPerSecond: number;
}

/** Jobs at a time, and why. */
export interface Wish {
  slots: number;
  reason: string;
}

/** What a strategy goes by beside the state. */
export interface Ground {
  /** The concurrency that the manifest declares. */
  declared: number;
  /** The week as it usually is; for the predictive strategy. */
  profile?: DemandProfile;
}

/** Slots are planned to be busy this much of the time: at 1 the wait grows without end (M/M/c). */
const planned = 0.8;

type Settings<Name extends ScalingSettings['strategy']> = Extract<ScalingSettings, { strategy: Name }>;

/** How many jobs a strategy would run at a time, before limits and patience. Pure. */
export function wishOf(settings: ScalingSettings, state: QueueState, ground: Ground): Wish {
  switch (settings.strategy) {
    case 'fixed':
      return { slots: ground.declared, reason: 'as declared' };
    case 'schedule':
      return bySchedule(settings, state, ground);
    case 'queue-depth':
      return byDepth(settings, state);
    case 'latency-target':
      return byLatency(settings, state);
    case 'predictive':
      return byForecast(settings, state, ground);
  }
}

function byDepth({ jobsPerSlot }: Settings<'queue-depth'>, { waiting, running }: QueueState): Wish {
  const jobs = waiting + running;
  return { slots: Math.ceil(jobs / jobsPerSlot), reason: `${jobs} jobs, one slot for ${jobsPerSlot}` };
}

/** What comes in keeps λ·s slots busy (Little's law); what already waits must be done within the target on top of that. */
function byLatency({ waitSeconds }: { waitSeconds: number }, state: QueueState): Wish {
  const { waiting, running, meanSeconds, jobsPerSecond, oldestWaitSeconds } = state;
  if (meanSeconds === undefined)
    return oldestWaitSeconds > waitSeconds
      ? { slots: running + waiting, reason: 'jobs wait too long, and none has ended yet' }
      : { slots: Math.min(running + waiting, running + 1), reason: 'no job has ended yet' };
  const steady = (jobsPerSecond * meanSeconds) / planned;
  const backlog = (waiting * meanSeconds) / waitSeconds;
  const late = oldestWaitSeconds > waitSeconds ? running + 1 : 0;
  return {
    slots: Math.ceil(Math.max(steady + backlog, late)),
    reason: `${jobsPerSecond.toFixed(2)} jobs a second of ${meanSeconds.toFixed(1)} s, ${waiting} waiting`,
  };
}

function byForecast(settings: Settings<'predictive'>, state: QueueState, { profile }: Ground): Wish {
  const now = byLatency(settings, state);
  const peak = profile?.peak(state.atMs, state.atMs + settings.aheadMinutes * 60_000);
  const slots = Math.ceil((peak ?? 0) / planned);
  if (peak === undefined) return { ...now, reason: `${now.reason}; nothing is known of this hour of the week yet` };
  if (slots <= now.slots) return now;
  return { slots, reason: `this hour of the week usually keeps ${peak.toFixed(1)} slots busy` };
}

function bySchedule({ windows }: Settings<'schedule'>, { atMs }: QueueState, { declared }: Ground): Wish {
  const time = new Date(atMs);
  const minute = time.getHours() * 60 + time.getMinutes();
  const found = windows.find(({ days, from, to }) => {
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    const isOn = (day: number) => days.includes(weekdays[(day + 7) % 7] as (typeof weekdays)[number]);
    if (begin < end) return isOn(time.getDay()) && minute >= begin && minute < end;
    return (isOn(time.getDay()) && minute >= begin) || (isOn(time.getDay() - 1) && minute < end);
  });
  if (!found) return { slots: declared, reason: 'outside all windows, as declared' };
  return { slots: found.concurrency, reason: `the window from ${found.from} to ${found.to}` };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
