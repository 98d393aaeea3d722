import { HoldfastError } from '#kernel';
import { type Answer, ParserProcess, type ParserProgram } from './parser-process.adapter.ts';
import { ProcessorMeter } from './processor-meter.ts';
import { sandboxAborted, sandboxBusy, sandboxClosed } from './sandbox-errors.ts';

export interface ParserPoolOptions extends ParserProgram {
  /** Children kept warm: how many files are parsed at one time. */
  processes: number;
  /** A child is replaced after this many files, so that what leaks or was taken over does not stay. */
  recycleAfterFiles: number;
  /** Files that may wait for a child; more are refused with SANDBOX_BUSY. */
  queueLimit: number;
}

export interface ParserRequest {
  method: string;
  /** Plain values, sent as JSON. */
  params: unknown;
  /** Files, sent as bytes. */
  buffers: readonly Uint8Array[];
  /** Time for this file, if other than the pool's limit. */
  wallSeconds?: number;
  signal?: AbortSignal | undefined;
}

/** What the child answered. Treat it as the file's own words: a hostile file may have taken the child over. */
export interface ParserReply extends Answer {
  durationMs: number;
  /** Highest resident memory of the child so far. */
  maxRssBytes: number;
}

interface Job {
  request: ParserRequest;
  resolve: (reply: ParserReply) => void;
  reject: (error: Error) => void;
}

interface Slot {
  process: ParserProcess;
  files: number;
}

/**
 * Warm sandboxed children that parse one file at a time each. A file that ends its child fails alone, with an error that says
 * what happened; the child is replaced for the next file.
 */
export class ParserPool {
  readonly #options: ParserPoolOptions;
  readonly #queue: Job[] = [];
  readonly #idle: Slot[] = [];
  readonly #busy = new Set<Promise<void>>();
  readonly #working = new Set<Slot>();
  #closed = false;

  constructor(options: ParserPoolOptions) {
    this.#options = options;
  }

  /** Files being parsed and waiting, and children alive. */
  get load(): { running: number; waiting: number; processes: number } {
    return { running: this.#busy.size, waiting: this.#queue.length, processes: this.#idle.length + this.#working.size };
  }

  /**
   * Parses one file. Rejects with the file's error (`unprocessable`), SANDBOX_BUSY, SANDBOX_CLOSED, SANDBOX_ABORTED or
   * SANDBOX_UNAVAILABLE.
   */
  run(request: ParserRequest): Promise<ParserReply> {
    const { name, queueLimit } = this.#options;
    if (this.#closed) return Promise.reject(sandboxClosed(name));
    if (request.signal?.aborted) return Promise.reject(sandboxAborted(name));
    if (this.#queue.length >= queueLimit) return Promise.reject(sandboxBusy(name, this.#queue.length));
    const parsed = new Promise<ParserReply>((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#next();
    });
    return this.#metered(parsed);
  }

  /** Counts what a file cost, read or not, towards the work that asked. */
  async #metered(parsed: Promise<ParserReply>): Promise<ParserReply> {
    try {
      const reply = await parsed;
      ProcessorMeter.note(reply.cpuMs);
      return reply;
    } catch (error) {
      if (error instanceof HoldfastError) ProcessorMeter.note(Number(error.values.cpuMs) || 0);
      throw error;
    }
  }

  /** Ends every child and fails what waits. Resolves when all are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(sandboxClosed(this.#options.name));
    for (const slot of this.#working) slot.process.kill('killed');
    await Promise.all(this.#busy);
    await Promise.all(this.#idle.splice(0).map((slot) => slot.process.close()));
  }

  #next(): void {
    while (this.#busy.size < this.#options.processes) {
      const job = this.#queue.shift();
      if (!job) return;
      const work = this.#work(job).finally(() => {
        this.#busy.delete(work);
        this.#next();
      });
      this.#busy.add(work);
    }
  }

  async #work(job: Job): Promise<void> {
    if (job.request.signal?.aborted) return job.reject(sandboxAborted(this.#options.name));
    let slot: Slot | undefined;
    try {
      slot = await this.#takeSlot();
      job.resolve(await this.#parse(slot, job.request));
    } catch (error) {
      job.reject(this.#explain(error as Error, job.request));
    } finally {
      if (slot) await this.#putBack(slot);
    }
  }

  async #parse(slot: Slot, request: ParserRequest): Promise<ParserReply> {
    const { process } = slot;
    const abort = () => process.kill('killed');
    request.signal?.addEventListener('abort', abort, { once: true });
    this.#working.add(slot);
    if (this.#closed) abort();
    const started = performance.now();
    try {
      const wallSeconds = request.wallSeconds ?? this.#options.limits.wallSeconds;
      const answer = await process.run(request.method, request.params, request.buffers, wallSeconds);
      return { ...answer, durationMs: performance.now() - started, maxRssBytes: process.maxRssBytes };
    } finally {
      this.#working.delete(slot);
      request.signal?.removeEventListener('abort', abort);
    }
  }

  /** What we ended ourselves is not the file's fault. */
  #explain(error: Error, request: ParserRequest): Error {
    if (request.signal?.aborted) return sandboxAborted(this.#options.name);
    return this.#closed ? sandboxClosed(this.#options.name) : error;
  }

  async #takeSlot(): Promise<Slot> {
    for (let slot = this.#idle.pop(); slot; slot = this.#idle.pop()) {
      if (slot.process.alive) return slot;
    }
    return { process: await ParserProcess.start(this.#options), files: 0 };
  }

  async #putBack(slot: Slot): Promise<void> {
    slot.files++;
    const worn = slot.files >= this.#options.recycleAfterFiles;
    if (this.#closed || worn || !slot.process.alive) await slot.process.close();
    else this.#idle.push(slot);
  }
}
