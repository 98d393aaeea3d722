import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { DeletionRunAnswer } from '#media';
import type { Terminal } from '../terminal.ts';
import { runInWords } from './say-retention.ts';

const everyMs = 500;
const patienceMs = 30_000;

/** Waits for the end of a run that deletes and shows how far it is. Throws RETENTION_WORKER_MISSING where no worker begins it. */
export async function followDeletion(
  id: string,
  list: () => Promise<{ items: DeletionRunAnswer[] }>,
  terminal: Terminal,
): Promise<DeletionRunAnswer> {
  const begun = performance.now();
  let shown = '';
  for (;;) {
    const run = (await list()).items.find((one) => one.id === id);
    if (run?.endedAt) return run;
    const line = run ? `  ${runInWords(run)}` : '';
    if (line !== shown) terminal.say(line);
    shown = line;
    if (!run?.startedAt && performance.now() - begun > patienceMs) throw workerMissing();
    await sleep(everyMs);
  }
}

function workerMissing(): HoldfastError {
  return new HoldfastError('RETENTION_WORKER_MISSING', {
    kind: 'unavailable',
    message: 'No worker has begun the run.',
    action: 'See with `./holdfast status` that a worker with the role storage runs; it does the run when it starts.',
  });
}
