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

/** What the measured load suggests; the machine reckons it anew every ten minutes. */
export const coreProposalQuery = queryOptions({
  queryKey: ['cores', 'proposal'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/cores/proposal', { signal })),
  staleTime: 600_000,
});

/** Asks for a plan of other budgets; nothing is changed. The last answer stays until the next is there. */
export const coreTrialQuery = (trial: TrialRequest) =>
  queryOptions({
    queryKey: ['cores', 'what-if', trial],
    queryFn: ({ signal }) => ask(api.POST('/api/v1/cores/what-if', { body: trial, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
