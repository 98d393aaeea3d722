/** Lets so many pieces of work run at a time; the others wait in the order in which they came. */
export class Turns {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  /** `atOnce` may be infinite: then nobody waits. */
  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** Does the work when it is its turn, and answers what it answers. Rejects with the signal's reason when that comes first. */
  async take<Answer>(work: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    await this.enter(signal);
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }

  private async enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      const place = this.waiting.indexOf(resolve);
      if (place >= 0) this.waiting.splice(place, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.waiting.push(resolve);
    await promise.finally(() => signal?.removeEventListener('abort', leave));
  }
}
