/** When a batch closes. */
export interface BatchWindow {
  /** Most items of one batch. */
  size: number;
  /** The first item never waits longer than this for company, in milliseconds. */
  windowMs: number;
  /** A batch also closes when nothing has arrived for this long, so that a lone item does not wait the whole window. */
  quietMs: number;
}

/** How long a batch that could start now should still wait for more, in milliseconds; 0 means start. */
export function remainingWait(
  waiting: { count: number; oldestAt: number; newestAt: number },
  window: BatchWindow,
  now: number,
): number {
  if (waiting.count >= window.size) return 0;
  return Math.max(0, Math.min(waiting.oldestAt + window.windowMs, waiting.newestAt + window.quietMs) - now);
}

/** How long a model process that crashed `crashes` times in a row rests before it is started again, in milliseconds. */
export function restartDelay(crashes: number): number {
  return crashes <= 1 ? 0 : Math.min(10_000, 100 * 2 ** (crashes - 2));
}
