import { asHoldfastError } from '#kernel';
import type { Logger } from '#telemetry';

/** Something that is done again and again. */
export interface ClockTask {
  everyMs: number;
  run(): Promise<void>;
}

/** Before this nothing begins: a process that starts has better things to do. */
const longestFirstMs = 60_000;

/** Tasks by the clock, each after its own last run has ended. What fails is logged and tried at the next turn. */
export class ClockTasks {
  readonly #stopping = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Aborts when the process is asked to end. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Begins the tasks, after something that is done once. */
  start(first: () => Promise<void>, tasks: readonly ClockTask[]): void {
    this.#track(this.#attempt(first).then(() => this.#scheduleAll(tasks)));
  }

  /** Begins nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#running);
  }

  #scheduleAll(tasks: readonly ClockTask[]): void {
    for (const task of tasks) this.#schedule(task, Math.min(task.everyMs, longestFirstMs));
  }

  #schedule(task: ClockTask, afterMs: number): void {
    if (this.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#track(this.#attempt(() => task.run()).then(() => this.#schedule(task, task.everyMs)));
    }, afterMs).unref();
    this.#timers.add(timer);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    await work().catch((thrown) => {
      const error = asHoldfastError(thrown);
      const message = 'What is done by the clock failed; it is tried again at its next turn';
      // Another process is at it, or the database is away for a moment.
      if (error.kind === 'locked' || error.kind === 'unavailable') this.#logger.debug({ err: error }, message);
      else this.#logger.warn({ err: error }, message);
    });
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}
