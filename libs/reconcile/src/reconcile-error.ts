import { type ErrorKind, HoldfastError } from '#kernel';

const reasons = {
  RECONCILE_DOMAIN_UNKNOWN: ['not-found', 'See ./holdfast status.'],
  RECONCILE_VALUE_UNKNOWN: ['invalid', 'Look at what is declared: ./holdfast config show --resolved.'],
  RECONCILE_CHANGE_WAITS: ['conflict', 'Keep it or take it back first.'],
  RECONCILE_PLAN_STALE: ['conflict', 'Plan again, look at it, and apply that.'],
  RECONCILE_INFEASIBLE: ['unprocessable', 'Ask for what fits.'],
  RECONCILE_CHANGE_UNKNOWN: ['not-found', 'See ./holdfast history.'],
  RECONCILE_CHANGE_ENDED: ['conflict', 'See ./holdfast history.'],
  RECONCILE_NOT_YET: ['locked', 'Wait until it is in force.'],
  RECONCILE_GENERATION_UNKNOWN: ['not-found', 'See ./holdfast history.'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

/** An error of changing the host; its kind and what helps follow from its code. */
export function reconcileError(
  code: keyof typeof reasons,
  message: string,
  rest: { action?: string; values?: Record<string, unknown>; cause?: unknown } = {},
): HoldfastError {
  const [kind, action] = reasons[code];
  return new HoldfastError(code, { kind, message, action, ...rest });
}
