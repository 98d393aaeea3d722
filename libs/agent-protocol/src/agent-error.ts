import { type ErrorKind, errorKinds, HoldfastError } from '#kernel';

const kinds = {
  AGENT_PROTOCOL: 'invalid',
  AGENT_REQUEST_INVALID: 'invalid',
  AGENT_ASSIGNMENT_INVALID: 'invalid',
  AGENT_BUDGET_INVALID: 'invalid',
  AGENT_INVENTORY_INVALID: 'unavailable',
  AGENT_GENERATION_STALE: 'precondition-failed',
  AGENT_TOPOLOGY_CHANGED: 'precondition-failed',
  AGENT_KEY_REUSED: 'conflict',
  AGENT_PEER_REFUSED: 'forbidden',
  AGENT_BUSY: 'locked',
  AGENT_NOTHING_PENDING: 'conflict',
  AGENT_VERIFY_FAILED: 'unprocessable',
  AGENT_DEADLINE: 'timeout',
  AGENT_SERVICE_ABSENT: 'not-found',
  AGENT_HOST_FAILED: 'unavailable',
  AGENT_JOURNAL_BROKEN: 'corrupted',
  HOST_CONTROL_UNAVAILABLE: 'unavailable',
} as const satisfies Record<string, ErrorKind>;
/** Codes of what the agent refuses or fails at, and of not reaching it. */
export type AgentErrorCode = keyof typeof kinds;

/** An error of the agent; its kind follows from its code. */
export function agentError(
  code: AgentErrorCode,
  message: string,
  action?: string,
  rest: { values?: Record<string, unknown>; cause?: unknown } = {},
): HoldfastError {
  return new HoldfastError(code, { kind: kinds[code], message, action, ...rest });
}

/** An error as it came over the wire; a kind that we do not know is a bug. */
export function errorFromWire(told: { code: string; kind: string; message: string; action?: string }): HoldfastError {
  const kind = errorKinds.find((known) => known === told.kind) ?? 'bug';
  return new HoldfastError(told.code, { kind, message: told.message, action: told.action });
}
