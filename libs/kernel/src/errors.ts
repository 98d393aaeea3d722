/**
 * What went wrong, in terms that every edge (HTTP, command line, job) maps exhaustively to its own: a new kind does not
 * compile until each edge has mapped it.
 */
export const errorKinds = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'locked',
  'precondition-failed',
  'gone',
  'too-large',
  'unsupported',
  'unprocessable',
  'corrupted',
  'throttled',
  'unavailable',
  'storage-full',
  'timeout',
  'bug',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** Whose fault an error is: the user's (say so), the world's (try again) or ours (a bug: log it with its stack). */
export type Fault = 'user' | 'world' | 'ours';

const faults: Record<ErrorKind, Fault> = {
  invalid: 'user',
  unauthenticated: 'user',
  forbidden: 'user',
  'not-found': 'user',
  conflict: 'user',
  locked: 'world',
  'precondition-failed': 'user',
  gone: 'user',
  'too-large': 'user',
  unsupported: 'user',
  unprocessable: 'user',
  corrupted: 'world',
  throttled: 'world',
  unavailable: 'world',
  'storage-full': 'world',
  timeout: 'world',
  bug: 'ours',
};

export interface ErrorOptions {
  kind: ErrorKind;
  /** What happened and with which value, in a sentence for the reader. */
  message: string;
  /** What to do next, in a sentence. */
  action?: string;
  /** Machine-readable values that the message names; never secrets. */
  values?: Record<string, unknown>;
  /** Seconds after which trying again makes sense. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An error with a stable code, a message written for its reader and the next step. Services throw these, never HTTP exceptions. */
export class HoldfastError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly action: string | undefined;
  readonly values: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, options: ErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.kind = options.kind;
    this.action = options.action;
    this.values = options.values ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get fault(): Fault {
    return faults[this.kind];
  }
}

/** Any thrown value as a HoldfastError; what is not one already is a bug, with the original as its cause. */
export function asHoldfastError(thrown: unknown): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HoldfastError('INTERNAL', { kind: 'bug', message, cause: thrown });
}
