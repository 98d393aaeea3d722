import { asHoldfastError, type ErrorKind, HoldfastError } from '#kernel';

/** An error as RFC 9457 problem details. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  action?: string;
  requestId: string;
  values?: Record<string, unknown>;
}

/** HTTP's word for each kind of error; exhaustive, so that a new kind does not compile until it is mapped. */
const answers: Record<ErrorKind, { status: number; title: string }> = {
  invalid: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign-in is needed' },
  forbidden: { status: 403, title: 'Not permitted' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'In conflict with the present state' },
  locked: { status: 423, title: 'In use by another request' },
  gone: { status: 410, title: 'No longer there' },
  'precondition-failed': { status: 412, title: 'The present state is another one' },
  'too-large': { status: 413, title: 'Too large' },
  unsupported: { status: 415, title: 'Not supported' },
  unprocessable: { status: 422, title: 'Cannot be processed' },
  // The status that tus 1.0.0 gives to a checksum mismatch.
  corrupted: { status: 460, title: 'Damaged on the way' },
  throttled: { status: 429, title: 'Too many requests' },
  bug: { status: 500, title: 'A fault of the appliance' },
  unavailable: { status: 503, title: 'Not available at present' },
  timeout: { status: 504, title: 'Took too long' },
  'storage-full': { status: 507, title: 'No room left' },
};

/** Describes any thrown value to a client. What is our own fault is described without its inside. */
export function problemOf(thrown: unknown, requestId: string): { problem: Problem; error: HoldfastError } {
  const error = asHoldfastError(fromFramework(thrown));
  const { status, title } = answers[error.kind];
  const isOurs = error.fault === 'ours';
  const problem: Problem = {
    type: `urn:holdfast:problem:${error.code.toLowerCase()}`,
    title,
    status,
    code: isOurs ? 'INTERNAL' : error.code,
    detail: isOurs ? 'Something went wrong inside the appliance.' : error.message,
    action: isOurs ? `Try again; if it stays, give the administrator the request id ${requestId}.` : error.action,
    requestId,
  };
  if (!isOurs && Object.keys(error.values).length > 0) problem.values = error.values;
  return { problem, error };
}

/** Errors that Fastify and Nest raise themselves, before any handler of ours runs. */
function fromFramework(thrown: unknown): unknown {
  if (thrown instanceof HoldfastError || !(thrown instanceof Error)) return thrown;
  const { statusCode, status, code } = thrown as { statusCode?: number; status?: number; code?: string };
  const kind = { 400: 'invalid', 404: 'not-found', 405: 'not-found', 413: 'too-large', 415: 'unsupported' }[
    statusCode ?? status ?? 0
  ] as ErrorKind | undefined;
  if (!kind) return thrown;
  return new HoldfastError(code?.startsWith('FST_') ? code.slice(4) : 'REQUEST_REFUSED', {
    kind,
    message: thrown.message,
    action: 'Correct the request.',
  });
}
