import type { MoverRun } from '../api/types.ts';

/** How a run gets on. Rate and time left are undefined until there is something to reckon them from. */
export interface RunPace {
  /** 0..1, by bytes. */
  share: number;
  bytesPerSecond: number | undefined;
  leftMs: number | undefined;
}

type Counted = Pick<MoverRun, 'startedAt' | 'endedAt' | 'plannedMoves' | 'plannedBytes' | 'doneMoves' | 'doneBytes'>;

/** The pace of a run since it began. */
export function paceOf(run: Counted, now: number): RunPace {
  const { startedAt, endedAt, plannedMoves, plannedBytes, doneMoves, doneBytes } = run;
  const whole = plannedBytes > 0 ? doneBytes / plannedBytes : plannedMoves > 0 ? doneMoves / plannedMoves : 1;
  const share = Math.min(1, Math.max(0, whole));
  const tookMs = startedAt ? (endedAt ? Date.parse(endedAt) : now) - Date.parse(startedAt) : 0;
  if (tookMs < 1000 || doneBytes === 0) return { share, bytesPerSecond: undefined, leftMs: undefined };
  const bytesPerSecond = (doneBytes / tookMs) * 1000;
  const leftMs = endedAt ? undefined : (Math.max(0, plannedBytes - doneBytes) / bytesPerSecond) * 1000;
  return { share, bytesPerSecond, leftMs };
}
