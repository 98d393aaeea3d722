import { createHash } from 'node:crypto';
import { byteMill } from './byte-mill.adapter.ts';

/** SHA-256 of a file from its first byte on, followed while it grows; the next part of the file continues it. */
export interface RunningHash {
  /** Hexadecimal, of all bytes so far; the hash can be continued afterwards. Rejects where it was lost on the way: read the file then. */
  digest(): Promise<string>;
  /** Nobody will continue it. */
  release(): void;
}

/** Followed in this thread: for small files, where asking another would take longer. */
export class LocalHash implements RunningHash {
  readonly #hash = createHash('sha256');

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  async digest(): Promise<string> {
    return this.#hash.copy().digest('hex');
  }

  release(): void {}
}

/** Followed by the thread that writes the file. */
export class MillHash implements RunningHash {
  readonly stream = byteMill.newStream();
  /** Bytes handed over to be hashed. */
  bytes = 0;

  digest(): Promise<string> {
    return byteMill.digest(this.stream, this.bytes);
  }

  release(): void {
    byteMill.forget(this.stream);
  }
}
