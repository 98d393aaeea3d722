import { HoldfastError } from '#kernel';

const failuresToOpen = 2;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Spares callers the wait for a provider that does not answer: after two failures in a row everything fails at once for a second, then one
 * call tries, and each failure doubles the pause up to thirty seconds.
 */
export class Breaker {
  private readonly nowMs: () => number;
  private failuresInARow = 0;
  private closedAtMs = 0;
  private lastFailure: HoldfastError | undefined;

  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs;
  }

  /** Does the work, unless the provider has just failed. Throws the last KEYS_UNAVAILABLE without doing it then. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.lastFailure && this.nowMs() < this.closedAtMs) throw this.lastFailure;
    try {
      const result = await work();
      this.succeeded();
      return result;
    } catch (error) {
      this.note(error);
      throw error;
    }
  }

  /** The provider has answered, whoever asked. */
  succeeded(): void {
    this.failuresInARow = 0;
    this.lastFailure = undefined;
  }

  private note(error: unknown): void {
    if (!(error instanceof HoldfastError) || error.code !== 'KEYS_UNAVAILABLE') {
      this.succeeded();
      return;
    }
    this.failuresInARow++;
    if (this.failuresInARow < failuresToOpen) return;
    this.lastFailure = error;
    this.closedAtMs = this.nowMs() + Math.min(firstPauseMs * 2 ** (this.failuresInARow - failuresToOpen), longestPauseMs);
  }
}
