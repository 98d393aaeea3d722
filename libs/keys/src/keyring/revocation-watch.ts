import { type Clock, systemClock } from '#kernel';
import { SingleFlight } from './single-flight.ts';

/** A key that another process destroyed is used here for at most this long; whoever destroys one waits as long before saying so. */
export const revocationMs = 1000;
/** A tombstone's time is taken before its transaction commits, which takes no longer than a statement may. */
const overlapSeconds = 120;

/** A tombstone of a key, and whose it is. */
export interface Destroyed {
  sequence: number;
  organisationId: string;
}

/** Knows what other processes have destroyed: asks the database before a key is used, unless it did so within the last second. */
export class RevocationWatch {
  readonly #checks = new SingleFlight<void>();
  #checkedAtMs: number | undefined;
  /** What was told of lately: keys are dropped once for each tombstone, not every second for as long as the times overlap. */
  #told = new Set<number>();

  constructor(
    private readonly destroyedSince: (seconds: number) => Promise<Destroyed[]>,
    private readonly onDestroyed: (organisationId: string) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Returns once nothing that was destroyed more than `revocationMs` ago is in the caches of this process. */
  async ensureFresh(): Promise<void> {
    if (this.#checkedAtMs !== undefined && this.clock.monotonicMs() - this.#checkedAtMs < revocationMs) return;
    await this.#checks.run('check', () => this.#check());
  }

  async #check(): Promise<void> {
    const startedAtMs = this.clock.monotonicMs();
    // Before the first check nothing is cached.
    const elapsedSeconds = (startedAtMs - (this.#checkedAtMs ?? startedAtMs)) / 1000;
    const destroyed = await this.destroyedSince(elapsedSeconds + overlapSeconds);
    for (const { sequence, organisationId } of destroyed) if (!this.#told.has(sequence)) this.onDestroyed(organisationId);
    this.#told = new Set(destroyed.map(({ sequence }) => sequence));
    this.#checkedAtMs = startedAtMs;
  }
}
