import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

const pageSize = 50;
const followMs = 1000;
const idleMs = 15_000;

/** Reads of keys. All begin with `keys`: a rotation that was asked for makes all of it anew. */
export const keyPages = infiniteQueryOptions({
  queryKey: ['keys', 'list'],
  queryFn: ({ pageParam, signal }) =>
    ask(
      api.GET('/api/v1/keys', {
        params: { query: { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

/** Followed closely while one runs. */
export const keyRotationsQuery = queryOptions({
  queryKey: ['keys', 'rotations'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/keys/rotations', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some((each) => each.state === 'running') ? followMs : idleMs),
});

export const providerKeysQuery = queryOptions({
  queryKey: ['keys', 'provider'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/keys/provider', { signal })),
  staleTime: 30_000,
});

export const keyHistoryQuery = queryOptions({
  queryKey: ['keys', 'history'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/keys/history', { signal })),
  refetchInterval: idleMs,
});
