/** How full a tier was at an instant. */
export interface FillSample {
  at: Date;
  usedBytes: number;
}

/** Of a figure that nobody knows exactly. */
export interface Range {
  low: number;
  likely: number;
  high: number;
}

export interface Forecast {
  samples: number;
  spanDays: number;
  /** Bytes per day; undefined where there is not enough history. */
  growth: Range | undefined;
}

const dayMs = 86_400_000;
/** Fewer samples, or less than a day of them, say more about yesterday than about next month. */
export const leastSamples = 12;
export const leastSpanDays = 1;
/** More points than this add nothing but work: slopes between all pairs are looked at. */
const mostPoints = 200;
/** Of a normal distribution, for nine of ten. */
const z = 1.645;

/**
 * Growth as the median of the slopes between all pairs of samples, with the interval that Kendall's statistic gives: one clean-up or one
 * large import does not turn it. Sen, P. K. (1968), "Estimates of the regression coefficient based on Kendall's tau", JASA 63.
 */
export function forecastGrowth(samples: readonly FillSample[]): Forecast {
  const points = thinned([...samples].sort((a, b) => a.at.getTime() - b.at.getTime()));
  const [first, last] = [points[0], points.at(-1)];
  const spanDays = first && last ? (last.at.getTime() - first.at.getTime()) / dayMs : 0;
  const counted = { samples: samples.length, spanDays };
  if (samples.length < leastSamples || spanDays < leastSpanDays) return { ...counted, growth: undefined };
  const slopes = slopesOf(points);
  if (slopes.length === 0) return { ...counted, growth: undefined };
  const count = points.length;
  const spread = z * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const at = (index: number) => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(index)))] as number;
  const middle = (slopes.length - 1) / 2;
  return { ...counted, growth: { low: at(middle - spread / 2), likely: at(middle), high: at(middle + spread / 2) } };
}

/** Days until so many more bytes are used: soonest, likely and latest; null where growth does not lead there. */
export function daysUntil(
  bytes: number,
  growth: Range,
): { soonest: number | null; likely: number | null; latest: number | null } {
  const days = (perDay: number) => {
    if (bytes <= 0) return 0;
    return perDay > 0 ? bytes / perDay : null;
  };
  return { soonest: days(growth.high), likely: days(growth.likely), latest: days(growth.low) };
}

function thinned(samples: readonly FillSample[]): FillSample[] {
  if (samples.length <= mostPoints) return [...samples];
  const step = (samples.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, index) => samples[Math.round(index * step)] as FillSample);
}

function slopesOf(points: readonly FillSample[]): number[] {
  const slopes: number[] = [];
  for (const [index, later] of points.entries())
    for (let before = 0; before < index; before++) {
      const earlier = points[before] as FillSample;
      const days = (later.at.getTime() - earlier.at.getTime()) / dayMs;
      if (days > 0) slopes.push((later.usedBytes - earlier.usedBytes) / days);
    }
  return slopes.sort((a, b) => a - b);
}
