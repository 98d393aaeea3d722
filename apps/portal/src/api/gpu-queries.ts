import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

/** The graphics cards: what they are, what they do now, and who may take how much of them. */
export const gpuQuery = queryOptions({
  queryKey: ['gpu'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/gpu', { signal })),
  refetchInterval: 5000,
});
