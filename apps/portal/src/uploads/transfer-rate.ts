interface Sample {
  at: number;
  bytes: number;
}

const windowMs = 5000;

/** Bytes per second over the last five seconds. Feed it every growth; ask it any time. */
export class TransferRate {
  private samples: Sample[] = [];

  add(bytes: number, at: number): void {
    this.samples.push({ at, bytes });
    this.forget(at);
  }

  perSecond(now: number): number {
    this.forget(now);
    const first = this.samples[0];
    if (!first) return 0;
    const total = this.samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return total / Math.max(0.5, (now - first.at) / 1000);
  }

  private forget(now: number): void {
    const oldest = now - windowMs;
    let drop = 0;
    while ((this.samples[drop]?.at ?? Number.POSITIVE_INFINITY) < oldest) drop += 1;
    if (drop > 0) this.samples = this.samples.slice(drop);
  }
}
