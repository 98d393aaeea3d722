import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, ask } from './client.ts';
import { live } from './live.ts';
import type { Answer } from './types.ts';

export type Hardware = Answer<'getHardware'>;
export type BoxSample = Answer<'getTelemetry'>;

/** What the machine is made of. */
export const hardwareQuery = queryOptions({
  queryKey: ['hardware'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/hardware', { signal })),
  staleTime: 60_000,
});

/** Without a push for so long it is asked for. */
const pushedLastsMs = 2500;

/** What the box does now: pushed once a second, asked for where the socket is away. */
export const telemetryQuery = queryOptions({
  queryKey: ['telemetry'],
  queryFn: ({ client, queryKey, signal }): Promise<BoxSample> => {
    const known = pushedWithin(client, queryKey);
    return known ? Promise.resolve(known) : ask(api.GET('/api/v1/telemetry', { signal }));
  },
  refetchInterval: 2000,
  retry: false,
});

let pushedAtMs = 0;

function pushedWithin(client: QueryClient, key: readonly unknown[]): BoxSample | undefined {
  return Date.now() - pushedAtMs < pushedLastsMs ? client.getQueryData<BoxSample>(key) : undefined;
}

/** The box as it is now, followed as long as somebody looks. */
export function useBoxSample() {
  const queries = useQueryClient();
  useEffect(() => {
    const stopListening = live.listen('box.sample');
    const off = live.on('box.sample', (sample) => {
      pushedAtMs = Date.now();
      queries.setQueryData(telemetryQuery.queryKey, sample);
    });
    return () => {
      off();
      stopListening();
    };
  }, [queries]);
  return useQuery(telemetryQuery);
}
