import type { Clock, HoldfastError } from '#kernel';
import { type BatchWindow, remainingWait, restartDelay } from './batch-window.ts';
import { inferenceClosed, inferenceOverloaded, inputRefused, modelNotRunning } from './inference-errors.ts';
import type { BatchOutcome } from './model-process.ts';

/** The process behind a lane, as far as the lane knows it. */
export interface LaneProcess {
  readonly alive: boolean;
  run(method: string, params: unknown, buffers: readonly Uint8Array[]): Promise<BatchOutcome>;
  close(): Promise<void>;
}

/** How inputs of one kind become a request, and its answer one output per input. */
export interface LaneCodec<Input, Output> {
  bytesOf(input: Input): number;
  encode(inputs: Input[]): { method: string; params: unknown; buffers: Uint8Array[] };
  decode(answer: { value: unknown; buffers: Buffer[]; cpuMs: number }, count: number): Output[];
}

export interface LaneOptions {
  /** Model name and version, for messages. */
  model: string;
  window: BatchWindow;
  maxWaiting: number;
  maxWaitingBytes: number;
  /** The process is ended when nothing was asked for this long. */
  idleMs: number;
  start: () => Promise<LaneProcess>;
  /** Whether others wait for the memory that the process takes. */
  isWanted?: () => boolean;
  clock: Clock;
}

interface Item<Input, Output> {
  input: Input;
  arrivedAt: number;
  crashes: number;
  /** Tried in a batch of its own, because a batch with it failed. */
  alone: boolean;
  /** Whoever asked has lost interest when this is aborted. */
  signal: AbortSignal | undefined;
  resolve: (output: Output) => void;
  reject: (error: unknown) => void;
}

/**
 * One model process and the inputs that wait for it. Inputs are run in batches; a batch whose process ends is tried once more,
 * then each of its inputs alone, so that a poisonous input fails alone. The process starts on demand and ends when idle.
 */
export class InferenceLane<Input, Output> {
  readonly #codec: LaneCodec<Input, Output>;
  readonly #options: LaneOptions;
  #waiting: Item<Input, Output>[] = [];
  #waitingBytes = 0;
  #process: LaneProcess | undefined;
  #starting: Promise<LaneProcess> | undefined;
  #crashes = 0;
  #restUntil = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(codec: LaneCodec<Input, Output>, options: LaneOptions) {
    this.#codec = codec;
    this.#options = options;
  }

  /** Inputs waiting, whether a batch runs, and whether the process is up. */
  get load(): { waiting: number; running: boolean; up: boolean } {
    return { waiting: this.#waiting.length, running: this.#running !== undefined, up: this.#process?.alive ?? false };
  }

  /** Runs inputs, in company of others. Rejects with INFERENCE_OVERLOADED, INFERENCE_INPUT_REFUSED, INFERENCE_MODEL_NOT_RUNNING. */
  submit(inputs: Input[], signal?: AbortSignal): Promise<Output[]> {
    if (this.#closed) return Promise.reject(inferenceClosed());
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { maxWaiting, maxWaitingBytes, model, clock } = this.#options;
    const bytes = inputs.reduce((sum, input) => sum + this.#codec.bytesOf(input), 0);
    // A large request alone is served; it is the crowd that is refused.
    const crowded = this.#waiting.length + inputs.length > maxWaiting || this.#waitingBytes + bytes > maxWaitingBytes;
    if (crowded && this.#waiting.length > 0) return Promise.reject(inferenceOverloaded(model, this.#waiting.length));
    this.#waitingBytes += bytes;
    const arrivedAt = clock.monotonicMs();
    const outputs = inputs.map(
      (input) =>
        new Promise<Output>((resolve, reject) => {
          this.#waiting.push({ input, arrivedAt, crashes: 0, alone: false, signal, resolve, reject });
        }),
    );
    this.#pump();
    return Promise.all(outputs);
  }

  /** Starts the process before anything is asked of it. */
  async warm(): Promise<void> {
    await this.#ready();
    this.#armIdle();
  }

  /** Ends the process where nothing runs in it; it starts again when it is needed. */
  async rest(): Promise<void> {
    if (this.#running) return;
    const process = this.#process;
    this.#process = undefined;
    await process?.close();
  }

  /** Ends the process and fails what waits. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#idleTimer);
    for (const item of this.#take(this.#waiting.length)) item.reject(inferenceClosed());
    await this.#process?.close();
    await this.#running;
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const [first] = this.#waiting;
    if (this.#running || !first || this.#closed) return;
    const newestAt = this.#waiting.at(-1)?.arrivedAt ?? first.arrivedAt;
    const waiting = { count: this.#waiting.length, oldestAt: first.arrivedAt, newestAt };
    const wait = first.alone ? 0 : remainingWait(waiting, this.#options.window, this.#options.clock.monotonicMs());
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#pump(), wait);
      return;
    }
    clearTimeout(this.#idleTimer);
    this.#running = this.#work(this.#takeBatch()).finally(async () => {
      this.#running = undefined;
      if (this.#options.isWanted?.()) await this.rest();
      this.#armIdle();
      this.#pump();
    });
  }

  #takeBatch(): Item<Input, Output>[] {
    const firstAlone = this.#waiting.findIndex((item) => item.alone);
    const together = firstAlone < 0 ? this.#waiting.length : Math.max(1, firstAlone);
    return this.#take(Math.min(together, this.#options.window.size));
  }

  #take(count: number): Item<Input, Output>[] {
    const items = this.#waiting.splice(0, count);
    for (const item of items) this.#waitingBytes -= this.#codec.bytesOf(item.input);
    return items;
  }

  #putBack(items: Item<Input, Output>[]): void {
    if (this.#closed) for (const item of items) item.reject(inferenceClosed());
    else {
      this.#waiting.unshift(...items);
      for (const item of items) this.#waitingBytes += this.#codec.bytesOf(item.input);
    }
  }

  async #work(taken: Item<Input, Output>[]): Promise<void> {
    for (const item of taken) if (item.signal?.aborted) item.reject(item.signal.reason);
    const batch = taken.filter((item) => !item.signal?.aborted);
    if (batch.length === 0) return;
    let process: LaneProcess;
    try {
      process = await this.#ready();
    } catch (error) {
      for (const item of batch) item.reject(error);
      return;
    }
    const { method, params, buffers } = this.#codec.encode(batch.map((item) => item.input));
    const outcome = await process.run(method, params, buffers);
    if (outcome.kind === 'crash') return this.#crashed(batch, outcome.error);
    this.#crashes = 0;
    if (outcome.kind === 'fault') return this.#faulted(batch, outcome.error);
    const outputs = this.#codec.decode(outcome, batch.length);
    batch.forEach((item, index) => {
      item.resolve(outputs[index] as Output);
    });
  }

  #crashed(batch: Item<Input, Output>[], error: HoldfastError): void {
    this.#process = undefined;
    this.#crashes++;
    this.#restUntil = this.#options.clock.monotonicMs() + restartDelay(this.#crashes);
    for (const item of batch) item.crashes++;
    const [first] = batch;
    if (this.#closed || first?.crashes === 1) this.#putBack(batch);
    else if (batch.length > 1) this.#separate(batch);
    else first?.reject(inputRefused(this.#options.model, error));
  }

  /** The model said what is wrong: if it took several inputs, ask again one by one to learn which it meant. */
  #faulted(batch: Item<Input, Output>[], error: HoldfastError): void {
    if (batch.length > 1) this.#separate(batch);
    else batch[0]?.reject(error);
  }

  #separate(batch: Item<Input, Output>[]): void {
    for (const item of batch) item.alone = true;
    this.#putBack(batch);
  }

  /** The process, started where there is none; whoever asks meanwhile waits for the same one. */
  #ready(): Promise<LaneProcess> {
    if (this.#process?.alive) return Promise.resolve(this.#process);
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<LaneProcess> {
    const rest = this.#restUntil - this.#options.clock.monotonicMs();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    if (this.#closed) throw inferenceClosed();
    try {
      this.#process = await this.#options.start();
    } catch (cause) {
      const delay = restartDelay(++this.#crashes);
      this.#restUntil = this.#options.clock.monotonicMs() + delay;
      throw modelNotRunning(this.#options.model, cause as HoldfastError, delay);
    }
    if (this.#closed) await this.#process.close();
    return this.#process;
  }

  #armIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#closed || this.#running) return;
    const idleMs = this.#options.isWanted?.() ? 0 : this.#options.idleMs;
    this.#idleTimer = setTimeout(() => {
      void this.rest();
    }, idleMs).unref();
  }
}
