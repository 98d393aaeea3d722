import type { TierForecast } from '../api/types.ts';
import { horizonDays } from './forecast-words.ts';

type Range = NonNullable<TierForecast['daysToFull']>;

/** A range of days on an axis, as shares 0..1 of it; `isOpen` when it ends beyond the axis or never. */
export interface ForecastBar {
  from: number;
  to: number;
  likely: number | null;
  isOpen: boolean;
}

const steps = [30, 60, 90, 180, 365, horizonDays];

/** Days that an axis must span so that every range that begins within two years shows what is known of its end. */
export function axisDays(ranges: readonly (Range | null)[]): number {
  const ends = ranges.flatMap((range) => {
    if (!range || range.soonest === null || range.soonest >= horizonDays) return [];
    return [range.latest ?? Math.max(range.likely ?? 0, range.soonest * 2)];
  });
  const longest = Math.max(0, ...ends);
  return steps.find((step) => step >= longest) ?? horizonDays;
}

/** Where a range lies on the axis; undefined where it begins beyond it or never. */
export function barOf({ soonest, likely, latest }: Range, days: number): ForecastBar | undefined {
  if (soonest === null || soonest >= days) return undefined;
  const isOpen = latest === null || latest > days;
  return {
    from: Math.max(0, soonest) / days,
    to: isOpen ? 1 : latest / days,
    likely: likely === null || likely > days ? null : likely / days,
    isOpen,
  };
}
