import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { reconcile } from './reconcile-calls.ts';
import type { DomainSummary } from './reconcile-types.ts';

const calmMs = 20_000;
const watchfulMs = 2000;

/** Whether something about a domain ends by itself soon. */
export const isHurried = ({ state }: Pick<DomainSummary, 'state'>) => state === 'waiting' || state === 'rolling-back';

/** Reads of what is declared, applied and watched. All keys begin with `reconcile`. */
export const domainsQuery = queryOptions({
  queryKey: ['reconcile'],
  queryFn: ({ signal }) => reconcile.domains(signal),
  refetchInterval: ({ state }) => (state.data?.domains.some(isHurried) ? watchfulMs : calmMs),
});

/** One domain with its drift. */
export const domainQuery = (domain: string) =>
  queryOptions({
    queryKey: ['reconcile', domain],
    queryFn: ({ signal }) => reconcile.domain(domain, signal),
    refetchInterval: ({ state }) => (state.data && isHurried(state.data) ? watchfulMs : calmMs),
  });

/** What other values would change on the machine; without values, what applying the declared ones anew would. */
export const domainPlanQuery = (domain: string, values: Record<string, number>) =>
  queryOptions({
    queryKey: ['reconcile', domain, 'plan', values],
    queryFn: ({ signal }) => reconcile.plan(domain, values, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const historyPages = (domain: string) =>
  infiniteQueryOptions({
    queryKey: ['reconcile', domain, 'history'],
    queryFn: ({ pageParam, signal }) => reconcile.history(domain, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const diffQuery = (domain: string, generation: number, against: number) =>
  queryOptions({
    queryKey: ['reconcile', domain, 'diff', generation, against],
    queryFn: ({ signal }) => reconcile.diff(domain, generation, against, signal),
  });
