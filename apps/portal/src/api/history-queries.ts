import { queryOptions } from '@tanstack/react-query';
import { gridOf, momentOf, type Range, ranges } from '../past/ranges.ts';
import { api, ask } from './client.ts';
import type { Answer } from './types.ts';

type Metric = Answer<'getTelemetryHistory'>['metric'];

/** What was measured over a range that ends now, with the points that were asked for. */
export const pastQuery = (metric: Metric, range: Range) =>
  queryOptions({
    queryKey: ['telemetry-history', metric, range],
    queryFn: async ({ signal }) => {
      const grid = gridOf(range, Date.now());
      const [from, to] = [0, grid.count - 1].map((index) => new Date(momentOf(grid, index)).toISOString()) as [string, string];
      const query = { metric, from, to, step: ranges[range].stepSeconds };
      return { ...(await ask(api.GET('/api/v1/telemetry/history', { params: { query }, signal }))), grid };
    },
    refetchInterval: ranges[range].everyMs,
    // Where there is no history, the reason will be the same in a second.
    retry: false,
  });
