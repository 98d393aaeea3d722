import { HoldfastError } from '#kernel';

/** The error for more work than a lane keeps waiting. */
export function inferenceOverloaded(model: string, waiting: number): HoldfastError {
  return new HoldfastError('INFERENCE_OVERLOADED', {
    kind: 'throttled',
    message: `${waiting} inputs already wait for the model ${model}.`,
    action: 'Try again in a moment.',
    values: { model, waiting },
    retryAfterSeconds: 2,
  });
}

/** The error for one input on which a model's process ends every time. */
export function inputRefused(model: string, cause: HoldfastError): HoldfastError {
  return new HoldfastError('INFERENCE_INPUT_REFUSED', {
    kind: 'unprocessable',
    message: `The model ${model} cannot take this input: each try ended its process. ${cause.message}`,
    action: 'The original is kept. Try another version of the model.',
    values: { model },
    cause,
  });
}

/** The error for a model whose process does not start; asked again, it is tried again after the given rest. */
export function modelNotRunning(model: string, cause: HoldfastError, restMs: number): HoldfastError {
  return new HoldfastError('INFERENCE_MODEL_NOT_RUNNING', {
    kind: 'unavailable',
    message: `The model ${model} does not run: ${cause.message}`,
    action: cause.action ?? 'Disable the model, or import it again.',
    values: { model, code: cause.code },
    retryAfterSeconds: Math.max(1, Math.ceil(restMs / 1000)),
    cause,
  });
}

/** The error for a model that needs more memory than all models have together. */
export function modelTooLarge(model: string, neededMb: number, totalMb: number): HoldfastError {
  return new HoldfastError('INFERENCE_MODEL_TOO_LARGE', {
    kind: 'unavailable',
    message: `The model ${model} needs ${neededMb} MB; all models of this program together have ${totalMb} MB.`,
    action: 'Give its workload more memory (./holdfast memory plan), or import a smaller model.',
    values: { model, neededMb, totalMb },
  });
}

export function inferenceClosed(): HoldfastError {
  return new HoldfastError('INFERENCE_CLOSED', {
    kind: 'unavailable',
    message: 'Inference is stopping.',
    retryAfterSeconds: 5,
  });
}

export function inputUnfit(message: string): HoldfastError {
  return new HoldfastError('INFERENCE_INPUT_UNFIT', { kind: 'invalid', message });
}
