import type { SystemDatabase } from '#database';
import { type Clock, systemClock } from '#kernel';
import { SingleFlight } from './single-flight.ts';
import { tombstones } from './tombstone.repository.ts';

/** A key that another process destroyed is used here for at most this long; whoever destroys one waits as long before saying so. */
export const revocationMs = 1000;
/** A tombstone's time is taken before its transaction commits, which takes no longer than a statement may. */
const overlapSeconds = 120;

/** Knows what other processes have destroyed: asks the database before a key is used, unless it did so within the last second. */
export class RevocationWatch {
  readonly #checks = new SingleFlight<void>();
  #checkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly system: SystemDatabase,
    private readonly onDestroyed: (organisationId: string) => void,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Returns once nothing that was destroyed more than `revocationMs` ago is in the caches of this process. */
  async ensureFresh(): Promise<void> {
    if (this.clock.monotonicMs() - this.#checkedAtMs < revocationMs) return;
    await this.#checks.run('check', () => this.#check());
  }

  async #check(): Promise<void> {
    const startedAtMs = this.clock.monotonicMs();
    const elapsedSeconds = Math.min((startedAtMs - this.#checkedAtMs) / 1000, 1e9);
    const destroyed = await this.system.run((sql) => tombstones.destroyedSince(sql, elapsedSeconds + overlapSeconds));
    for (const { organisationId } of destroyed) this.onDestroyed(organisationId);
    this.#checkedAtMs = startedAtMs;
  }
}
