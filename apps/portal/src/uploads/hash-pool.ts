import type { HashMessage, HashRequest } from './hash.worker.ts';

interface Waiting {
  request: HashRequest;
  onProgress: (bytes: number) => void;
  resolve: (sha256: string) => void;
  reject: (error: Error) => void;
}

/** A few hashing workers, started when needed. Each takes one file at a time. */
export class HashPool {
  private readonly free: Worker[] = [];
  private readonly queue: Waiting[] = [];
  private readonly size: number;
  private started = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** SHA-256 of a file in hexadecimal. Rejects when the file cannot be read any more. */
  hash(id: number, file: File, onProgress: (bytes: number) => void): Promise<string> {
    return new Promise((resolve, reject) => {
      this.queue.push({ request: { id, file }, onProgress, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.queue.length === 0) return;
    const worker = this.free.pop() ?? this.start();
    if (!worker) return;
    const job = this.queue.shift() as Waiting;
    const settle = (finish: () => void) => {
      worker.onmessage = null;
      worker.onerror = null;
      this.free.push(worker);
      finish();
      this.next();
    };
    worker.onmessage = ({ data }: MessageEvent<HashMessage>) => {
      if (data.kind === 'progress') job.onProgress(data.bytes);
      else if (data.kind === 'done') settle(() => job.resolve(data.sha256));
      else settle(() => job.reject(new Error(data.message)));
    };
    worker.onerror = (event) => settle(() => job.reject(new Error(event.message || 'The hashing worker stopped.')));
    worker.postMessage(job.request);
  }

  private start(): Worker | undefined {
    if (this.started >= this.size) return undefined;
    this.started += 1;
    return new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
  }
}
