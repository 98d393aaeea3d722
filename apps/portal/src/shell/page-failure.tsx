import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { asProblem } from '../api/problem.ts';
import { ErrorState } from '../ui/states.tsx';

const retryMs = 5000;

/** Shown in place of a page that could not be built; while the appliance is out of reach it tries again by itself. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const { unreachable } = asProblem(error);
  const retry = useCallback(() => {
    reset();
    void router.invalidate();
  }, [reset, router]);
  useEffect(() => {
    if (!unreachable) return;
    addEventListener('online', retry);
    const timer = setInterval(retry, retryMs);
    return () => {
      removeEventListener('online', retry);
      clearInterval(timer);
    };
  }, [unreachable, retry]);
  return (
    <ErrorState
      error={error}
      what={unreachable ? 'You are offline, or the appliance is' : 'This page could not be shown'}
      onRetry={retry}
      heading="h1"
    />
  );
}

/** The same where nothing stands around it. */
export function WholeFailure(props: ErrorComponentProps) {
  return (
    <main>
      <PageFailure {...props} />
    </main>
  );
}
