import type { AssetFilter } from '../api/types.ts';

/** First and last day of a month key such as 2024-02. */
export function monthRange(month: string): { from: string; to: string } {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const lastDay = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${String(lastDay).padStart(2, '0')}` };
}

/** A filter narrowed to one month: the stricter of both bounds holds. */
export function withinMonth(filter: AssetFilter, month: string): AssetFilter {
  const { from, to } = monthRange(month);
  return {
    ...filter,
    from: filter.from && filter.from > from ? filter.from : from,
    to: filter.to && filter.to < to ? filter.to : to,
  };
}
