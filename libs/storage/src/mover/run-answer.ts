import type { MoverRunAnswer } from '../http/storage.contract.ts';
import type { MoverRun } from './mover-run.repository.ts';

/** A run as it is answered. */
export function asRunAnswer({
  askedAt,
  startedAt,
  endedAt,
  stoppedCode,
  stoppedMessage,
  plannedAt: _,
  ...run
}: MoverRun): MoverRunAnswer {
  return {
    ...run,
    askedAt: askedAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    stopped: stoppedCode === null ? null : { code: stoppedCode, message: stoppedMessage ?? '' },
  };
}
