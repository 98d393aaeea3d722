import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import type { Body } from './types.ts';

export type PolicyChanges = Body<'saveRetentionPolicies'>['policies'];

/** A digest may be ten minutes old when it is repeated. */
const previewFreshMs = 240_000;

export const retentionQuery = queryOptions({
  queryKey: ['retention', 'policies'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/retention/policies', { signal })),
  refetchInterval: ({ state }) => (state.data?.lastRun && !state.data.lastRun.endedAt ? 2000 : 60_000),
});

export const retentionPreviewQuery = (policies: PolicyChanges) =>
  queryOptions({
    queryKey: ['retention', 'preview', policies],
    queryFn: ({ signal }) => ask(api.POST('/api/v1/retention/preview', { body: { policies }, signal })),
    staleTime: previewFreshMs,
    refetchInterval: previewFreshMs,
  });

export const deletionRunsQuery = queryOptions({
  queryKey: ['retention', 'runs'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/retention/runs', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some((run) => !run.endedAt) ? 2000 : 60_000),
});

export const trashQuery = queryOptions({
  queryKey: ['retention', 'trash'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/trash', { signal })),
});

export const holdsQuery = queryOptions({
  queryKey: ['holds'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/holds', { signal })),
});

export const assetRetentionQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id, 'retention'],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/assets/{id}/retention', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
