import { MutationCache, QueryClient } from '@tanstack/react-query';
import { toast } from '../ui/toast-queue.ts';
import { asProblem, Problem } from './problem.ts';

/** Reads are tried again only when the world, not the request, is at fault. */
export function worthRetrying(failures: number, error: unknown): boolean {
  const problem = asProblem(error);
  return failures < 2 && (problem.unreachable || problem.status >= 502 || problem.status === 429);
}

/** The cache of everything read from the server. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 5000, gcTime: 30 * 60_000, refetchOnWindowFocus: true },
      // A change that does not reach the appliance fails at once: done later, unasked, it would surprise.
      mutations: { networkMode: 'always' },
    },
    mutationCache: new MutationCache({
      // A change that fails is told where the person is; pages that show it themselves say so with `meta.quiet`.
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.quiet) return;
        const problem = asProblem(error);
        toast({
          tone: 'bad',
          title: problem.message,
          detail: problem.action,
          requestId: problem instanceof Problem ? problem.requestId : undefined,
        });
      },
    }),
  });
}
