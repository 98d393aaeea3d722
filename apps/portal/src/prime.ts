import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery, timelineQuery } from './api/queries.ts';
import { parseAddress } from './lib/address-text.ts';
import { filterOf, readLibraryAddress } from './library/library-address.ts';
import type { createPortalRouter } from './router.tsx';

/**
 * Asks at once for what the first page needs, rather than one after another: its code, the session, and the months of the library.
 * Whatever is refused here is asked for again, and told, where it is needed.
 */
export function prime(queries: QueryClient, router: ReturnType<typeof createPortalRouter>): void {
  if (/^\/(setup|sign-in)/.test(location.pathname)) return;
  void queries.prefetchQuery(sessionQuery);
  for (const match of router.matchRoutes(router.latestLocation)) {
    const route = router.routesById[match.routeId as keyof typeof router.routesById];
    router.loadRouteChunk(route as never)?.catch(() => undefined);
  }
  if (location.pathname === '/')
    void queries.prefetchQuery(timelineQuery(filterOf(readLibraryAddress(parseAddress(location.search)))));
}
