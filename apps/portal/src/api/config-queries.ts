import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import type { Answer } from './types.ts';

export type Config = Answer<'getConfig'>;
export type ConfigMistake = Config['mistakes'][number];
export type ConfigChange = Config['awaitingStart'][number];
export type ConfigGeneration = Answer<'listConfigGenerations'>['items'][number];
export type ConfigDiff = Answer<'diffConfigGeneration'>;
export type ConfigBlame = Answer<'blameConfig'>;
export type DiffLine = ConfigDiff['lines'][number];

/** Reads of the configuration. All keys begin with `config`. */
export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/config', { signal })),
  refetchInterval: 30_000,
});

export const configSchemaQuery = queryOptions({
  queryKey: ['config', 'schema'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/config/schema', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const configBlameQuery = queryOptions({
  queryKey: ['config', 'blame'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/config/blame', { signal })),
});

export const configGenerationPages = infiniteQueryOptions({
  queryKey: ['config', 'generations'],
  queryFn: ({ pageParam, signal }) =>
    ask(
      api.GET('/api/v1/config/generations', {
        params: { query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export const configDiffQuery = (number: number) =>
  queryOptions({
    queryKey: ['config', 'diff', number],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/config/generations/{number}/diff', { params: { path: { number } }, signal })),
  });

/** Asks what a text would change and what is wrong with it; the last answer stays until the next is there. */
export const configCheckQuery = (text: string) =>
  queryOptions({
    queryKey: ['config', 'check', text],
    queryFn: ({ signal }) => ask(api.POST('/api/v1/config/check', { body: { text }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });
