import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, ask } from '../api/client.ts';
import { searchHistoryQuery } from '../api/queries.ts';
import type { SearchRequest } from '../api/types.ts';

const restMs = 1500;

/** Results follow the typing, but only a search that was rested on belongs in the history: it is asked once more, to be remembered. */
export function useRememberSearch(request: SearchRequest, found: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!found || !request.text) return;
    const timer = setTimeout(() => {
      ask(api.POST('/api/v1/search', { body: { ...request, limit: 1, facets: false, remember: true } })).then(
        () => void queries.invalidateQueries({ queryKey: searchHistoryQuery.queryKey }),
        // A history that lacks an entry is no reason to disturb anyone.
        () => undefined,
      );
    }, restMs);
    return () => clearTimeout(timer);
  }, [request, found, queries]);
}
