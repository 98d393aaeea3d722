import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import type { Answer, AssetFilter, SearchRequest } from './types.ts';

/** Every read of the API as query options: the key and the call in one place. */

export const setupStateQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => ask(api.GET('/api/v1/setup')),
});

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => ask(api.GET('/api/v1/session')),
  staleTime: 60_000,
});

export const timelineQuery = (filter: AssetFilter) =>
  queryOptions({
    queryKey: ['timeline', filter],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/assets/timeline', { params: { query: filter }, signal })),
  });

export const assetQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/assets/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });

export const assetTextQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id, 'text'],
    queryFn: ({ signal }) =>
      ask<Answer<'getAssetText'>>(
        // The client's type loses that a box has four numbers.
        api.GET('/api/v1/assets/{id}/text', { params: { path: { id } }, signal }) as Promise<{
          data?: Answer<'getAssetText'>;
          response: Response;
        }>,
      ),
    staleTime: 30_000,
  });

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id, 'similar'],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/assets/{id}/similar', { params: { path: { id }, query: { limit: 36 } }, signal })),
    staleTime: 60_000,
  });

export const searchPages = (request: SearchRequest) =>
  infiniteQueryOptions({
    queryKey: ['search', request],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.POST('/api/v1/search', {
          body: {
            ...request,
            limit: 60,
            facets: pageParam === null,
            remember: false,
            ...(pageParam ? { cursor: pageParam } : {}),
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 20_000,
  });

export const suggestionsQuery = (text: string) =>
  queryOptions({
    queryKey: ['suggestions', text],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/search/suggestions', { params: { query: { text } }, signal })),
    staleTime: 30_000,
  });

export const searchHistoryQuery = queryOptions({
  queryKey: ['search-history'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/search/history', { signal })),
});

export const savedSearchesQuery = queryOptions({
  queryKey: ['saved-searches'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/search/saved', { signal })),
  staleTime: 60_000,
});

export const tagsQuery = (text = '') =>
  queryOptions({
    queryKey: ['tags', text],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/tags', { params: { query: text ? { text } : {} }, signal })),
    staleTime: 15_000,
  });

export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/collections', { signal })),
  staleTime: 15_000,
});

export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['collections', id],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/collections/{id}', { params: { path: { id } }, signal })),
  });

export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/queues', { signal })),
  refetchInterval: 5000,
});

export const deadLetterPages = infiniteQueryOptions({
  queryKey: ['dead-letters'],
  queryFn: ({ pageParam, signal }) =>
    ask(
      api.GET('/api/v1/queues/dead', { params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, signal }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/system', { signal })),
  refetchInterval: 10_000,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/models', { signal })),
  staleTime: 30_000,
});

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/accounts', { signal })),
});

export const auditPages = (action: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['audit', action ?? ''],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET('/api/v1/audit', {
          params: { query: { limit: 100, ...(action ? { action } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
