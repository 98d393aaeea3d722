import type { QueueState } from './strategies.ts';

interface Job {
  atMs: number;
  ms: number;
}

/** Of late: what the state tells about arrivals and durations. */
const windowMs = 300_000;

/**
 * Slots that take jobs first come, first served, on a clock of their own. A slot that goes while it is busy ends its job first; one that is
 * new starts up before its first job.
 */
export class SlotPool {
  readonly waits: number[] = [];
  heldMs = 0;
  busyMs = 0;
  changes = 0;
  private nowMs: number;
  /** When each slot is free again. */
  private slots: number[];
  /** Of the slots, those that go when their job ends. */
  private surplus = 0;
  private waiting: Job[] = [];
  private head = 0;
  private arrived: Job[] = [];
  private begun: { atMs: number; ms: number }[] = [];

  private readonly startMs: number;

  constructor(atMs: number, slots: number, startMs: number) {
    this.nowMs = atMs;
    this.startMs = startMs;
    this.slots = Array.from({ length: slots }, () => atMs);
  }

  get isBusy(): boolean {
    return this.head < this.waiting.length || this.slots.some((freeMs) => freeMs > this.nowMs);
  }

  /** Jobs must come in order of time; they begin when `advance` passes a time at which a slot is free. */
  take(job: Job): void {
    this.waiting.push(job);
    this.arrived.push(job);
  }

  advance(toMs: number): void {
    this.leave(toMs);
    for (let job = this.waiting[this.head]; job; job = this.waiting[this.head]) {
      const slot = this.nextFree();
      const beginMs = Math.max(job.atMs, this.slots[slot] ?? Infinity);
      if (beginMs >= toMs) break;
      this.head += 1;
      this.waits.push((beginMs - job.atMs) / 1000);
      this.busyMs += job.ms;
      this.begun.push({ atMs: beginMs, ms: job.ms });
      this.slots[slot] = beginMs + job.ms;
      this.leave(toMs);
    }
    this.heldMs += this.slots.length * (toMs - this.nowMs);
    this.nowMs = toMs;
    if (this.head > 10_000) {
      this.waiting = this.waiting.slice(this.head);
      this.head = 0;
    }
  }

  resize(slots: number): void {
    const now = this.slots.length - this.surplus;
    if (slots === now) return;
    this.changes += 1;
    if (slots < now) this.surplus += now - slots;
    else {
      const kept = Math.min(this.surplus, slots - now);
      this.surplus -= kept;
      for (let count = now + kept; count < slots; count += 1) this.slots.push(this.nowMs + this.startMs);
    }
    this.leave(this.nowMs);
  }

  /** Asked after `advance` to an instant that every job taken so far came before. */
  state(): QueueState {
    const from = this.nowMs - windowMs;
    this.arrived = this.arrived.filter(({ atMs }) => atMs >= from);
    this.begun = this.begun.filter(({ atMs, ms }) => atMs + ms >= from);
    const ended = this.begun.filter(({ atMs, ms }) => atMs + ms <= this.nowMs);
    const oldest = this.waiting[this.head];
    return {
      atMs: this.nowMs,
      waiting: this.waiting.length - this.head,
      running: this.begun.length - ended.length,
      oldestWaitSeconds: oldest ? (this.nowMs - oldest.atMs) / 1000 : 0,
      meanSeconds: ended.length > 0 ? ended.reduce((sum, { ms }) => sum + ms, 0) / ended.length / 1000 : undefined,
      jobsPerSecond: this.arrived.length / (windowMs / 1000),
    };
  }

  /** The slot that is free first. */
  private nextFree(): number {
    let best = 0;
    for (let slot = 1; slot < this.slots.length; slot += 1) if ((this.slots[slot] ?? 0) < (this.slots[best] ?? 0)) best = slot;
    return best;
  }

  /** Slots that are too many go as soon as they are free. */
  private leave(untilMs: number): void {
    while (this.surplus > 0) {
      const slot = this.nextFree();
      const freeMs = this.slots[slot] ?? Infinity;
      if (freeMs > untilMs) return;
      this.heldMs += Math.max(0, freeMs - this.nowMs);
      this.slots.splice(slot, 1);
      this.surplus -= 1;
    }
  }
}
