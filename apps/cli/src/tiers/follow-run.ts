import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { MoverRunAnswer } from '#storage';
import { formatBytes } from '../format.ts';
import type { Terminal } from '../terminal.ts';

const everyMs = 1000;
/** A worker looks for runs every two seconds. */
const patienceMs = 30_000;

/** Waits for the end of a run and shows how far it is. Throws STORAGE_WORKER_MISSING where no worker begins it. */
export async function followRun(
  id: string,
  list: () => Promise<{ items: MoverRunAnswer[] }>,
  terminal: Terminal,
): Promise<MoverRunAnswer> {
  const begun = performance.now();
  let shown = '';
  for (;;) {
    const run = (await list()).items.find((one) => one.id === id);
    if (run?.endedAt) return run;
    const line = run?.startedAt
      ? `  ${run.doneMoves} of ${run.plannedMoves} moved, ${formatBytes(run.doneBytes)}`
      : '  waiting for a worker';
    if (line !== shown) terminal.say(line);
    shown = line;
    if (!run?.startedAt && performance.now() - begun > patienceMs) throw workerMissing();
    await sleep(everyMs);
  }
}

function workerMissing(): HoldfastError {
  return new HoldfastError('STORAGE_WORKER_MISSING', {
    kind: 'unavailable',
    message: 'No worker has begun the run.',
    action: 'See with `./holdfast status` that a worker with the role storage runs; it does the run when it starts.',
  });
}
