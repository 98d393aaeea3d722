/** How far a page looks back. Each is drawn with 240 points: more would be narrower than a pixel of a phone. */
export const ranges = {
  hour: { title: 'Hour', words: 'the last hour', seconds: 3600, stepSeconds: 15, everyMs: 30_000 },
  day: { title: 'Day', words: 'the last day', seconds: 86_400, stepSeconds: 360, everyMs: 180_000 },
  week: { title: 'Week', words: 'the last seven days', seconds: 604_800, stepSeconds: 2520, everyMs: 600_000 },
  month: { title: 'Month', words: 'the last thirty days', seconds: 2_592_000, stepSeconds: 10_800, everyMs: 1_800_000 },
} as const;
export type Range = keyof typeof ranges;
export const rangeNames = Object.keys(ranges) as Range[];

/** The moments of which points are asked for: `count` of them, the last at most one step old. */
export interface Grid {
  fromMs: number;
  stepMs: number;
  count: number;
}

/** The points of a range that ends now. They fall on whole steps, so that a graph does not tremble from one reading to the next. */
export function gridOf(range: Range, nowMs: number): Grid {
  const { seconds, stepSeconds } = ranges[range];
  const stepMs = stepSeconds * 1000;
  const untilMs = Math.floor(nowMs / stepMs) * stepMs;
  return { fromMs: untilMs - seconds * 1000, stepMs, count: seconds / stepSeconds + 1 };
}

/** The moment of a point. */
export function momentOf({ fromMs, stepMs }: Grid, index: number): number {
  return fromMs + index * stepMs;
}

/** The point that is nearest to a moment; undefined where the moment is outside. */
export function indexAt({ fromMs, stepMs, count }: Grid, atMs: number): number | undefined {
  const index = Math.round((atMs - fromMs) / stepMs);
  return index >= 0 && index < count ? index : undefined;
}
