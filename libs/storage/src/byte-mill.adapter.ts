import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type SealContext, sealedChunkBytes } from '#sealed-object';
import type { SealedDigests } from './sealed-stream.ts';

/** Bytes of one batch: connections hand over 64 KiB at a time, and a trip to the disk costs as much for those as for a mebibyte. */
export const batchBytes = 4 * sealedChunkBytes;
/** Batches kept for the next use. */
const sparesKept = 8;

type Batch = Uint8Array<ArrayBuffer>;

type Asked =
  | { kind: 'begin'; stream: number; dataKey: Uint8Array; context: SealContext }
  | { kind: 'append'; stream: number; fd: number; bytes: Batch; isLast: boolean }
  | { kind: 'forget'; stream: number };
export type MillRequest = Asked & { call: number };

type Failure = Pick<NodeJS.ErrnoException, 'message' | 'code' | 'errno' | 'syscall'>;
export interface MillAnswer {
  call: number;
  /** A batch that is no longer needed there. */
  returned?: Batch;
  /** Of a file that is complete now. */
  digests?: SealedDigests;
  failure?: Failure;
}

interface Waiting {
  resolve(answer: MillAnswer): void;
  reject(error: Error): void;
}

/**
 * A thread that hashes, seals and writes files: each takes as long as receiving them does, and would keep the event loop from everybody else.
 * One per process, started by the first large file. Requests are served in order.
 */
class ByteMill {
  readonly #waiting = new Map<number, Waiting>();
  readonly #spares: Batch[] = [];
  #thread: Worker | undefined;
  #calls = 0;
  #streams = 0;

  /** Begins a file; answers the number to append to it by. */
  begin(dataKey: Uint8Array, context: SealContext): number {
    this.#streams += 1;
    this.#ask({ kind: 'begin', stream: this.#streams, dataKey: Uint8Array.from(dataKey), context }).catch(() => {});
    return this.#streams;
  }

  /** A batch to fill; `append` takes it away. */
  newBatch(): Batch {
    return this.#spares.pop() ?? new Uint8Array(new ArrayBuffer(batchBytes));
  }

  /**
   * Hashes, seals and writes the next bytes of a file: whole chunks, and with `isLast` the rest, which answers what the file is. Rejects with what the
   * system said; the file cannot be gone on with then.
   */
  async append(request: Omit<Extract<Asked, { kind: 'append' }>, 'kind'>): Promise<SealedDigests | undefined> {
    const { returned, digests } = await this.#ask({ kind: 'append', ...request }, [request.bytes.buffer]);
    if (returned) this.giveBack(returned);
    return digests;
  }

  /** Takes a batch back that nobody uses any more. */
  giveBack({ buffer }: Batch): void {
    if (buffer.byteLength === batchBytes && this.#spares.length < sparesKept) this.#spares.push(new Uint8Array(buffer));
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
