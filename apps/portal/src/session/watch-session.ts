import type { QueryClient } from '@tanstack/react-query';
import type { AnyRouter } from '@tanstack/react-router';
import { onProblem } from '../api/client.ts';
import { live } from '../api/live.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Session } from '../api/types.ts';
import { toast } from '../ui/toast-queue.ts';
import { tellSessionEnd } from './session-end.ts';

/** Follows the session: opens the live connection with it, and leads to sign-in, and back after, when it has ended. */
export function watchSession(queries: QueryClient, router: AnyRouter): void {
  queries.getQueryCache().subscribe((event) => {
    if (event.query.queryKey[0] !== 'session') return;
    if (queries.getQueryData(sessionQuery.queryKey)) live.start();
    else live.stop();
  });
  live.onSessionEnd(() => void queries.invalidateQueries({ queryKey: sessionQuery.queryKey }));
  onProblem((problem) => {
    // Refused what was offered: somebody has changed the role since.
    if (problem.code === 'ACCESS_DENIED') void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    if (problem.status !== 401 || !queries.getQueryData(sessionQuery.queryKey)) return;
    endSession(queries);
    toast({ tone: 'info', title: 'Your session has ended', detail: 'Sign in to go on where you were.' });
    const { href } = router.state.location;
    void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { next: href } });
  });
}

/** Forgets everything that was read in a session. */
export function endSession(queries: QueryClient): void {
  live.stop();
  queries.clear();
  tellSessionEnd();
}

/** Takes over a session that signing in or setting up has answered. */
export function beginSession(queries: QueryClient, session: Session): void {
  queries.clear();
  tellSessionEnd();
  queries.setQueryData(sessionQuery.queryKey, session);
}
