/** Injection token of the clock that retention goes by. */
export const RETENTION_CLOCK = Symbol('RETENTION_CLOCK');
