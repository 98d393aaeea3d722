import type { DeletionRunAnswer } from '../http/retention.contract.ts';
import type { DeletionRun } from './deletion-journal.repository.ts';

/** A run as the API tells it. */
export function asRunAnswer({ plannedAt: _plannedAt, stoppedCode, stoppedMessage, ...run }: DeletionRun): DeletionRunAnswer {
  return {
    ...run,
    instant: run.instant.toISOString(),
    askedAt: run.askedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    stopped: stoppedCode === null ? null : { code: stoppedCode, message: stoppedMessage ?? '' },
  };
}
