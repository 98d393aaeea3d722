import { asHoldfastError, HoldfastError } from '#kernel';
import type { StepResult } from './domain/account.ts';
import type { PipelineStep } from './domain/ledger.ts';

/** Codes of errors that end a parser or model process: usually the file's doing, now and then a machine short of memory. */
const crashes = /^(SANDBOX_(TIMEOUT|MEMORY|OUTPUT_LIMIT|KILLED)|INFERENCE_INPUT_REFUSED)$/;

/** Tries of a job whose file ended its parser, before the file is held to be the cause. */
export const crashTries = 2;

/**
 * What an error of a step means. `final`: the parser read the file and says that it cannot be used; the step failed and nobody need
 * look into it. Otherwise the error to throw: the world's is tried again, a crash is tried once more and then becomes a dead letter.
 */
export function judgeFailure(error: HoldfastError, run: { attempt: number; isLastAttempt: boolean }): 'final' | HoldfastError {
  if (error.fault !== 'user') return error;
  if (!crashes.test(error.code)) return 'final';
  if (run.attempt >= crashTries || run.isLastAttempt) return error;
  return new HoldfastError(error.code, {
    kind: 'timeout',
    message: error.message,
    action: error.action,
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
