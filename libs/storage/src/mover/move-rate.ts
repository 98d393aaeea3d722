import type { RateBounds } from './domain/throttle.ts';
import { nextRate } from './domain/throttle.ts';

/**
 * How fast moves may go. Threads read it while they work; whoever watches the machine turns it. Resource control of the operating system
 * (a slice of its own) sets an outer bound where there is one.
 */
export class MoveRate {
  /** For the threads: KiB per second of each, 0 for no limit; and a cell to sleep on. */
  readonly cells = new Int32Array(new SharedArrayBuffer(8));
  readonly #bounds: RateBounds;
  #bytesPerSecond: number | null;
  #sharers = 1;

  constructor(bounds: RateBounds) {
    this.#bounds = bounds;
    this.#bytesPerSecond = bounds.most;
    this.#publish();
  }

  /** Of all threads together; null is no limit. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** How many threads share it now. */
  share(sharers: number): void {
    this.#sharers = Math.max(1, sharers);
    this.#publish();
  }

  /** Turns it by how much others wait for the disks. */
  follow(stalledPercent: number): void {
    this.#bytesPerSecond = nextRate(this.#bytesPerSecond, stalledPercent, this.#bounds);
    this.#publish();
  }

  #publish(): void {
    const share = this.#bytesPerSecond === null ? 0 : Math.max(1, Math.floor(this.#bytesPerSecond / 1024 / this.#sharers));
    Atomics.store(this.cells, 0, Math.min(share, 2_147_483_647));
  }
}
