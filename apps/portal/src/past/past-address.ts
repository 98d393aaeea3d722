import { compact, readChoice } from '../lib/query-text.ts';
import { type Metric, metricNames } from './graphs.ts';
import { type Range, rangeNames } from './ranges.ts';

/** What the address of the past says: how far back, and which graph alone; all of them unless said. */
export interface PastAddress {
  range?: Range | undefined;
  metric?: Metric | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readPastAddress(raw: Record<string, unknown>): PastAddress {
  const range = readChoice(raw, 'range', rangeNames);
  return compact({ range: range === 'hour' ? undefined : range, metric: readChoice(raw, 'metric', metricNames) });
}
