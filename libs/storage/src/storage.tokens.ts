/** Injection token of the clock that ages, windows and grace go by. */
export const CLOCK = Symbol('CLOCK');
