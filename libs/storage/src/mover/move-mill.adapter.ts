import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { MoveRate } from './move-rate.ts';

export type MillTask = { kind: 'copy'; source: string; target: string } | { kind: 'verify'; path: string };

/** What was being done when the system refused: only of `read` is the source to blame, and after `sync` the file cannot be trusted. */
export type Phase = 'open' | 'create' | 'read' | 'write' | 'sync';

/** A file as fstat(2) told of it. */
export interface MillFile {
  inode: string;
  bytes: number;
  mtimeNs: string;
  ctimeNs: string;
  links: number;
}

export interface MillAnswer {
  call: number;
  sha256?: string;
  bytes?: number;
  inode?: string;
  readBack?: 'direct' | 'cached';
  source?: MillFile;
  after?: MillFile;
  failure?: { message: string; code?: string; errno?: number; syscall?: string; phase: Phase };
}

export interface CopiedFile {
  sha256: string;
  /** The source before and after it was read. */
  source: MillFile;
  after: MillFile;
  /** Of the copy. */
  inode: string;
}

export interface VerifiedFile {
  sha256: string;
  bytes: number;
  inode: string;
  readBack: 'direct' | 'cached';
  source: MillFile;
}

/** An error of a file system, with what was being done. */
export type MillError = NodeJS.ErrnoException & { phase: Phase };

interface Lane {
  thread: Worker;
  current: Waiting | undefined;
}

interface Waiting {
  task: MillTask;
  resolve(answer: MillAnswer): void;
  reject(error: Error): void;
}

/** Threads that copy and read back files. They start with the first file and never keep a process from ending. */
export class MoveMill {
  readonly #size: number;
  readonly #rate: MoveRate;
  readonly #lanes: Lane[] = [];
  readonly #queue: Waiting[] = [];
  #calls = 0;

  constructor(size: number, rate: MoveRate) {
    this.#size = size;
    this.#rate = rate;
  }

  /** Copies a file into a new one, which is durable then. Rejects with a MillError. */
  copy(source: string, target: string): Promise<CopiedFile> {
    return this.#ask({ kind: 'copy', source, target }) as Promise<MillAnswer> as Promise<CopiedFile & MillAnswer>;
  }

  /** Reads all of a file from the disk. Rejects with a MillError. */
  verify(path: string): Promise<VerifiedFile> {
    return this.#ask({ kind: 'verify', path }) as Promise<MillAnswer> as Promise<VerifiedFile & MillAnswer>;
  }

  /** Ends the threads, which give their memory back; what they were doing is rejected. The next file starts new ones. */
  async close(): Promise<void> {
    const lanes = this.#lanes.splice(0);
    await Promise.all(lanes.map(({ thread }) => thread.terminate()));
  }

  #ask(task: MillTask): Promise<MillAnswer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const lane = this.#lanes.find(({ current }) => !current) ?? this.#newLane();
      if (!lane) return;
      lane.current = this.#queue.shift();
      this.#rate.share(this.#lanes.filter(({ current }) => current).length);
      this.#calls += 1;
      lane.thread.ref();
      lane.thread.postMessage({ call: this.#calls, task: lane.current?.task });
    }
  }

  #newLane(): Lane | undefined {
    if (this.#lanes.length >= this.#size) return undefined;
    const file = new URL(`./move-mill.thread${extname(import.meta.filename)}`, import.meta.url);
    const thread = new Worker(file, { workerData: this.#rate.cells.buffer });
    const lane: Lane = { thread, current: undefined };
    thread.on('message', (answer: MillAnswer) => this.#settle(lane, answer));
    thread.on('error', (error) => this.#end(lane, error));
    thread.on('exit', (code) => this.#end(lane, new Error(`a copying thread ended with ${code}`)));
    this.#lanes.push(lane);
    return lane;
  }

  #settle(lane: Lane, answer: MillAnswer): void {
    const waiting = lane.current;
    lane.current = undefined;
    lane.thread.unref();
    if (answer.failure) waiting?.reject(Object.assign(new Error(answer.failure.message), answer.failure));
    else waiting?.resolve(answer);
    this.#dispatch();
  }

  #end(lane: Lane, error: Error): void {
    const place = this.#lanes.indexOf(lane);
    if (place >= 0) this.#lanes.splice(place, 1);
    // Also of a lane that was closed: whoever waits is told.
    lane.current?.reject(error);
    lane.current = undefined;
    this.#dispatch();
  }
}
