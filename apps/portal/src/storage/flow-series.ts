import type { TierFlow } from '../api/types.ts';

const dayMs = 86_400_000;

/** What went from one tier to another, day by day; days without any are zero. */
export interface FlowSeries {
  from: string;
  to: string;
  days: { day: string; bytes: number; moves: number }[];
  totalBytes: number;
  totalMoves: number;
  most: { day: string; bytes: number };
}

/** One series for each pair of tiers that anything went between, the largest first; `count` days up to and with `today`. */
export function flowSeries(flows: readonly TierFlow[], today: string, count = 30): FlowSeries[] {
  const days = lastDays(today, count);
  const pairs = new Map<string, TierFlow[]>();
  for (const flow of flows) {
    if (!days.includes(flow.day)) continue;
    const key = `${flow.from} ${flow.to}`;
    pairs.set(key, [...(pairs.get(key) ?? []), flow]);
  }
  return [...pairs.values()].map((pair) => seriesOf(pair, days)).sort((a, b) => b.totalBytes - a.totalBytes);
}

function seriesOf(pair: readonly TierFlow[], days: readonly string[]): FlowSeries {
  const filled = days.map((day) => {
    const ofDay = pair.filter((flow) => flow.day === day);
    return { day, bytes: sum(ofDay.map(({ bytes }) => bytes)), moves: sum(ofDay.map(({ moves }) => moves)) };
  });
  const most = filled.reduce((top, entry) => (entry.bytes > top.bytes ? entry : top));
  return {
    from: pair[0]?.from ?? '',
    to: pair[0]?.to ?? '',
    days: filled,
    totalBytes: sum(filled.map(({ bytes }) => bytes)),
    totalMoves: sum(filled.map(({ moves }) => moves)),
    most: { day: most.day, bytes: most.bytes },
  };
}

function lastDays(today: string, count: number): string[] {
  const end = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => new Date(end - (count - 1 - index) * dayMs).toISOString().slice(0, 10));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
