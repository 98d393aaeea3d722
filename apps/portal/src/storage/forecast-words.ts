import type { TierForecast } from '../api/types.ts';
import { formatBytes } from '../lib/format.ts';

type Range = NonNullable<TierForecast['daysToFull']>;

/** Beyond this nobody plans, and a line of some weeks cannot tell. */
export const horizonDays = 730;

/** Days as people say them: today, 12 days, over 2 years. */
export function daysInWords(days: number): string {
  if (days < 1) return 'less than a day';
  if (days > horizonDays) return 'over 2 years';
  const whole = Math.round(days);
  return `${whole} ${whole === 1 ? 'day' : 'days'}`;
}

/** A length of the axis: 45 days, 1 year, 2 years. */
export function axisWords(days: number): string {
  if (days % 365 !== 0) return daysInWords(days);
  return days === 365 ? '1 year' : `${days / 365} years`;
}

/** A range of days: in 40–95 days; in 40 days or later; not at this pace. */
export function rangeInWords({ soonest, latest }: Range): string {
  if (soonest === null) return 'not at this pace';
  if (soonest > horizonDays) return 'in over 2 years';
  if (soonest <= 0) return 'now';
  if (latest === null || latest > horizonDays) return `in ${daysInWords(soonest)} or later`;
  const [from, to] = [Math.floor(soonest), Math.ceil(latest)];
  if (to <= 1) return 'within a day';
  return from === to ? `in ${daysInWords(from)}` : `in ${from}–${to} days`;
}

/** When a tier is full, in a sentence; that nobody can tell yet is said, never guessed. */
export function forecastInWords({ state, daysToFull }: TierForecast): string {
  if (state === 'not-enough-history' || !daysToFull) return 'Not enough history yet';
  const range = rangeInWords(daysToFull);
  if (range === 'not at this pace') return 'Does not fill at this pace';
  return range === 'now' ? 'Full now' : `Full ${range}`;
}

/** Growth with its sign: +12.0 GB a day. */
export function growthInWords(bytesPerDay: number): string {
  const sign = bytesPerDay < 0 ? '−' : '+';
  return `${sign}${formatBytes(Math.abs(bytesPerDay))} a day`;
}
