import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client.ts';
import type { Answer, Query } from './types.ts';

export type ErasureSubject = Query<'previewErasure'>;

export const erasuresQuery = queryOptions({
  queryKey: ['erasures', 'list'],
  queryFn: ({ signal }) => ask(api.GET('/api/v1/erasures', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some(isRunning) ? 2000 : 60_000),
});

/** What erasing would take, always as it is now: whoever asks for it repeats the number. */
export const erasurePreviewQuery = (subject: ErasureSubject) =>
  queryOptions({
    queryKey: ['erasures', 'preview', subject],
    queryFn: ({ signal }) => ask(api.GET('/api/v1/erasures/preview', { params: { query: subject }, signal })),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

function isRunning({ state }: Answer<'listErasures'>['items'][number]): boolean {
  return state !== 'done';
}
