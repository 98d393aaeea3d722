import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import type { MoveFilter, PlanTime } from './types.ts';

/** Reads of where bytes lie and what moves them. All keys begin with `storage`: whatever moves makes all of it anew. */
export const tiersQuery = queryOptions({
  queryKey: ['storage', 'tiers'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/tiers', { signal })),
  refetchInterval: 10_000,
});

export const forecastQuery = queryOptions({
  queryKey: ['storage', 'forecast'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/forecast', { signal })),
  staleTime: 60_000,
});

export const agesQuery = queryOptions({
  queryKey: ['storage', 'ages'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/ages', { signal })),
  staleTime: 60_000,
});

export const flowsQuery = queryOptions({
  queryKey: ['storage', 'flows'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/flows', { signal })),
  staleTime: 60_000,
});

/** Planning looks at every row that may move: it is asked for, not repeated. */
export const planQuery = (when: PlanTime) =>
  queryOptions({
    queryKey: ['storage', 'plan', when],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/plan', { params: { query: { when } }, signal })),
    staleTime: 60_000,
  });

/** Follows a run closely while there is one. */
export const moverRunsQuery = queryOptions({
  queryKey: ['storage', 'runs'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/runs', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some((run) => run.endedAt === null) ? 2000 : 15_000),
});

export const movePages = (state: MoveFilter | undefined) =>
  infiniteQueryOptions({
    queryKey: ['storage', 'moves', state ?? ''],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/api/v1/storage/moves', {
          params: { query: { limit: 50, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const storageProblemsQuery = queryOptions({
  queryKey: ['storage', 'problems'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/problems', { signal })),
  staleTime: 30_000,
});

export const explainQuery = (objectId: string) =>
  queryOptions({
    queryKey: ['storage', 'explain', objectId],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/storage/explain/{objectId}', { params: { path: { objectId } }, signal })),
  });

export const placementQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['storage', 'placement', assetId],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/assets/{id}/placement', { params: { path: { id: assetId } }, signal })),
  });
