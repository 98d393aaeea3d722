import { type Clock, systemClock } from '#kernel';
import { keyError } from '../provider/key-error.ts';
import type { KeyProvider, ProviderHealth } from '../provider/key-provider.ts';

/** An answer of the provider counts this long. */
const freshMs = 1000;

/** Whether keys may be used now. */
export interface KeyReadiness {
  /** For what writes. Throws KEYS_SEALED or KEYS_UNAVAILABLE unless the provider is READY. */
  requireReady(): Promise<void>;
  /** For what reads. Throws KEYS_SEALED unless the provider is READY or DEGRADED. */
  requireReadable(): Promise<void>;
}

/** What the provider itself says, asked at most once a second. */
export class ProviderReadiness implements KeyReadiness {
  #asked: { atMs: number; health: Promise<ProviderHealth> } | undefined;

  constructor(
    private readonly provider: KeyProvider,
    private readonly clock: Clock = systemClock,
  ) {}

  async requireReady(): Promise<void> {
    const { state, reason } = await this.#health();
    if (state === 'DEGRADED')
      throw keyError('KEYS_UNAVAILABLE', reason ?? 'The key provider is away: nothing new can be stored.');
    if (state !== 'READY') throw keyError('KEYS_SEALED', reason ?? `The key provider is ${state}.`);
  }

  async requireReadable(): Promise<void> {
    const { state, reason } = await this.#health();
    if (state !== 'READY' && state !== 'DEGRADED') throw keyError('KEYS_SEALED', reason ?? `The key provider is ${state}.`);
  }

  #health(): Promise<ProviderHealth> {
    const now = this.clock.monotonicMs();
    if (!this.#asked || now - this.#asked.atMs >= freshMs) this.#asked = { atMs: now, health: this.provider.health() };
    return this.#asked.health;
  }
}
