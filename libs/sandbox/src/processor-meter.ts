import { AsyncLocalStorage } from 'node:async_hooks';

const meters = new AsyncLocalStorage<ProcessorMeter>();

/**
 * Adds up the processor time, in milliseconds, that tools, parsers and models spend for one piece of work, whether they
 * succeed or not and however deep in the work they are called.
 */
export class ProcessorMeter {
  #milliseconds = 0;

  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Runs work whose children are counted here. */
  run<Result>(work: () => Result): Result {
    return meters.run(this, work);
  }

  /** Counts processor time towards the running work; outside any metered work it is nobody's. */
  static note(milliseconds: number): void {
    const meter = meters.getStore();
    if (meter) meter.#milliseconds += milliseconds;
  }
}
