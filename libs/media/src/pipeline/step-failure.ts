import { asHoldfastError, HoldfastError } from '#kernel';
import { isStarved } from '#sandbox';
import type { StepResult } from './domain/account.ts';
import type { PipelineStep } from './domain/ledger.ts';

/** Codes of errors that end a parser or model process: usually the file's doing, now and then a machine short of memory. */
const crashes = /^(SANDBOX_(TIMEOUT|MEMORY|OUTPUT_LIMIT|KILLED)|INFERENCE_INPUT_REFUSED)$/;

/** Tries of a job whose file ended its parser, before the file is held to be the cause. */
export const crashTries = 2;

/**
 * Tries of a job whose parser ran out of time without using it, before the file is held to be the cause: with the time
 * that each is allowed and the queue's back-off, a good ten minutes of a machine that is busy with other things.
 */
export const starvedTries = 6;

/**
 * What an error of a step means. `final`: the parser read the file and says that it cannot be used; the step failed and nobody need
 * look into it. Otherwise the error to throw: the world's is tried again, a crash is tried once more and then becomes a dead letter.
 * A parser that did not get the time it was allowed says little about its file: it is tried a few times more, later and later.
 */
export function judgeFailure(error: HoldfastError, run: { attempt: number; isLastAttempt: boolean }): 'final' | HoldfastError {
  if (error.fault !== 'user') return error;
  if (!crashes.test(error.code)) return 'final';
  if (isStarved(error)) return run.attempt >= starvedTries ? error : starved(error);
  if (run.attempt >= crashTries || run.isLastAttempt) return error;
  return new HoldfastError(error.code, {
    kind: 'timeout',
    message: error.message,
    action: error.action,
    values: error.values,
    cause: error,
  });
}

/** The machine's fault: a queue waits for the machine longer than for anything else. */
function starved(error: HoldfastError): HoldfastError {
  const seconds = (Number(error.values.cpuMs) / 1000).toFixed(1);
  return new HoldfastError(error.code, {
    kind: 'unavailable',
    message: `${error.message} It got only ${seconds} s of a processor meanwhile.`,
    action: 'The machine is busy; the file is tried again later.',
    values: error.values,
    cause: error,
  });
}

/** Something that was made of a file, or why the file does not allow it. */
export type Attempt<Value> = { value: Value; error?: undefined } | { value?: undefined; error: HoldfastError };

/** Does a part of a job that may fail for its file without taking the other parts with it. Throws what is not the file's doing, and crashes. */
export async function attempt<Value>(work: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    const error = asHoldfastError(thrown);
    if (error.fault !== 'user' || crashes.test(error.code)) throw error;
    return { error };
  }
}

/** Steps that an error has kept from being done. */
export function failedBy(error: { code: string; message: string }, steps: Iterable<PipelineStep>): StepResult[] {
  const { code, message } = error;
  return [...steps].map((step) => ({ step, state: 'failed', outcome: message, error: { code, message } }));
}
