import type { Drift } from '#allocation';

const tries = { most: 3, firstPauseMs: 60_000, pauseGrows: 4 };
/** Whoever stays in step so long starts anew; what comes and goes faster is somebody who sets it back. */
const forgottenMs = 600_000;

interface Remembered {
  since: Date;
  tries: number;
  nextTryMs: number;
  lastSeenMs: number;
  isThere: boolean;
}

/** Since when each departure is there, and how often it was put right. Knows no clock of its own. */
export class DriftMemory {
  private readonly all = new Map<string, Remembered>();

  /** Takes in what was seen now; what has been gone for long is forgotten. */
  see(drift: readonly Drift[], now: Date, nowMs: number): void {
    const keys = new Set(drift.map(keyOf));
    for (const [key, known] of this.all) {
      if (keys.has(key)) continue;
      known.isThere = false;
      if (nowMs - known.lastSeenMs > forgottenMs) this.all.delete(key);
    }
    for (const key of keys) {
      const known = this.all.get(key) ?? { since: now, tries: 0, nextTryMs: nowMs, lastSeenMs: nowMs, isThere: true };
      if (!known.isThere) known.since = now;
      this.all.set(key, { ...known, isThere: true, lastSeenMs: nowMs });
    }
  }

  sinceOf(drift: Drift, now: Date): Date {
    return this.all.get(keyOf(drift))?.since ?? now;
  }

  triesOf(drift: Drift): number {
    return this.all.get(keyOf(drift))?.tries ?? 0;
  }

  /** Whether it may be put right unasked: three times at most, with longer and longer pauses. */
  mayTry(drift: Drift, nowMs: number): boolean {
    const known = this.all.get(keyOf(drift));
    return drift.heals && known !== undefined && known.tries < tries.most && nowMs >= known.nextTryMs;
  }

  /** Answers which try it is. */
  tried(drift: Drift, nowMs: number): number {
    const known = this.all.get(keyOf(drift));
    if (!known) return 1;
    known.nextTryMs = nowMs + tries.firstPauseMs * tries.pauseGrows ** known.tries;
    known.tries += 1;
    return known.tries;
  }

  /** Somebody asks for it: it is tried as if for the first time. */
  askedFor(drift: Drift): void {
    const known = this.all.get(keyOf(drift));
    if (known) known.tries = 0;
  }
}

/** Names a departure among all. */
export function keyOf({ kind, subject }: Pick<Drift, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}
