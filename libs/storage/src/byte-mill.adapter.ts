import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Bytes of one batch: connections hand over 64 KiB at a time, and a trip to the disk costs as much for those as for a mebibyte. */
export const batchBytes = 1_048_576;
/** Batches kept for the next use. */
const sparesKept = 8;

type Batch = Uint8Array<ArrayBuffer>;

type Asked =
  | { kind: 'write'; stream: number; fd: number; position: number; bytes: Batch; isHashed: boolean }
  | { kind: 'digest'; stream: number; bytes: number }
  | { kind: 'forget'; stream: number };
export type MillRequest = Asked & { call: number };

type Failure = Pick<NodeJS.ErrnoException, 'message' | 'code' | 'errno' | 'syscall'>;
export interface MillAnswer {
  call: number;
  /** A batch that is no longer needed there. */
  returned?: Batch;
  sha256?: string;
  failure?: Failure;
}

interface Waiting {
  resolve(answer: MillAnswer): void;
  reject(error: Error): void;
}

/**
 * A thread that hashes and writes files: both take as long as receiving them does, and would keep the event loop from everybody else.
 * One per process, started by the first large file. Requests are served in order.
 */
class ByteMill {
  readonly #waiting = new Map<number, Waiting>();
  readonly #spares: Batch[] = [];
  #thread: Worker | undefined;
  #calls = 0;
  #streams = 0;

  /** A number for a new file whose hash the thread follows. */
  newStream(): number {
    this.#streams += 1;
    return this.#streams;
  }

  /** A batch to fill; `write` takes it away. */
  newBatch(): Batch {
    return this.#spares.pop() ?? new Uint8Array(new ArrayBuffer(batchBytes));
  }

  /** Hashes and writes bytes. Rejects with what the system said. */
  async write(request: Omit<Extract<Asked, { kind: 'write' }>, 'kind'>): Promise<void> {
    const { returned } = await this.#ask({ kind: 'write', ...request }, [request.bytes.buffer]);
    if (returned && this.#spares.length < sparesKept) this.#spares.push(new Uint8Array(returned.buffer));
  }

  /** SHA-256 of the `bytes` that were written with `isHashed` to a stream, hexadecimal. Rejects where the thread has not seen them all. */
  async digest(stream: number, bytes: number): Promise<string> {
    const { sha256 } = await this.#ask({ kind: 'digest', stream, bytes });
    return sha256 ?? '';
  }

  /** Drops what the thread keeps of a stream. */
  forget(stream: number): void {
    if (this.#thread) this.#ask({ kind: 'forget', stream }).catch(() => {});
  }

  #ask(asked: Asked, transfer: ArrayBuffer[] = []): Promise<MillAnswer> {
    this.#thread ??= this.#start();
    this.#calls += 1;
    const call = this.#calls;
    const answered = new Promise<MillAnswer>((resolve, reject) => this.#waiting.set(call, { resolve, reject }));
    this.#thread.ref();
    this.#thread.postMessage({ ...asked, call } satisfies MillRequest, transfer);
    return answered;
  }

  #start(): Worker {
    const thread = new Worker(new URL(`./byte-mill.thread${extname(import.meta.filename)}`, import.meta.url));
    thread.on('message', (answer: MillAnswer) => this.#settle(answer));
    thread.on('error', (error) => this.#end(thread, error));
    thread.on('exit', (code) => this.#end(thread, new Error(`the writing thread ended with ${code}`)));
    return thread;
  }

  #settle(answer: MillAnswer): void {
    const waiting = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    // A process that waits for nothing may end.
    if (this.#waiting.size === 0) this.#thread?.unref();
    if (answer.failure) waiting?.reject(Object.assign(new Error(answer.failure.message), answer.failure));
    else waiting?.resolve(answer);
  }

  /** The next file starts a new thread; what this one had begun has failed. */
  #end(thread: Worker, error: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

export const byteMill = new ByteMill();
