import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';

/** The machine's memory: who has how much, who takes how much now, and what programs are told because of it. */
export const memoryQuery = queryOptions({
  queryKey: ['memory'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/memory', { signal })),
  refetchInterval: 3000,
});
