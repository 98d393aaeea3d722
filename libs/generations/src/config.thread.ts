import { parentPort, workerData } from 'node:worker_threads';
import { asHoldfastError } from '#kernel';
import type { ThreadAnswer, ThreadQuestion } from './config-thread.adapter.ts';
import { configWork } from './config-work.ts';
import { GenerationLog } from './generation-log.ts';

// git is called twenty times for a change: beside the event loop, so that nobody else waits for it.
const { place, name, input } = workerData as ThreadQuestion;
const work = configWork[name] as (log: GenerationLog, input: unknown) => Promise<unknown>;

function post(answer: ThreadAnswer): void {
  parentPort?.postMessage(answer);
}

try {
  post({ value: await work(new GenerationLog(place), input) });
} catch (thrown) {
  const { code, kind, message, action, values } = asHoldfastError(thrown);
  post({ error: { code, kind, message, action, values } });
}
