import { availableParallelism } from 'node:os';

/** How many pieces of work go on side by side: each waits a lot for disks and servers that begin. */
export const laneCount = Math.max(2, availableParallelism());

/** Does all work in its order, so many pieces at a time; nothing new is begun once the signal has come. */
export async function inLanes(work: readonly (() => Promise<void>)[], signal?: AbortSignal): Promise<void> {
  const waiting = [...work];
  const lane = async () => {
    for (let next = waiting.shift(); next && !signal?.aborted; next = waiting.shift()) await next();
  };
  await Promise.all(Array.from({ length: laneCount }, lane));
}
