import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import type { TrialRequest } from './types.ts';

/** Reads of the machine's cores. All keys begin with `cores`. */
export const coresQuery = queryOptions({
  queryKey: ['cores'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/cores', { signal })),
  refetchInterval: 30_000,
});

/** Once a second, as long as somebody looks. */
export const coreLoadQuery = queryOptions({
  queryKey: ['cores', 'load'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/cores/load', { signal })),
  refetchInterval: 1000,
  retry: false,
});

/** Asks for a plan of other budgets; nothing is changed. The last answer stays until the next is there. */
export const coreTrialQuery = (trial: TrialRequest) =>
  queryOptions({
    queryKey: ['cores', 'what-if', trial],
    queryFn: ({ signal }) => ask(api.POST('/api/v1/cores/what-if', { body: trial, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
