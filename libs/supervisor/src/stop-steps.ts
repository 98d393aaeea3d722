import type { StopStep } from './server-process.ts';

/**
 * How each kind of service is asked to end, and how long it may take. PostgreSQL: SIGINT is its fast, SIGQUIT its immediate shutdown
 * (https://www.postgresql.org/docs/current/server-shutdown.html). Workers finish the jobs in hand first.
 */
export function stopStepsOf(service: string): StopStep[] {
  if (service === 'postgres')
    return [
      { signal: 'SIGINT', waitMs: 20_000 },
      { signal: 'SIGQUIT', waitMs: 10_000 },
    ];
  if (['redis', 'api', 'keyd', 'prometheus'].includes(service)) return [{ signal: 'SIGTERM', waitMs: 10_000 }];
  return [{ signal: 'SIGTERM', waitMs: 30_000 }];
}
