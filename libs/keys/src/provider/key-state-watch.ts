import { asHoldfastError, type Clock, systemClock } from '#kernel';
import { keyProviderReady, loggerFor } from '#telemetry';
import { type KnownState, nextKeyState, unknownState } from './domain/key-state.ts';
import { type KeyErrorCode, keyError } from './key-error.ts';
import type { KeyProvider, KeyState, ProviderHealth } from './key-provider.ts';

const log = loggerFor('keys');
const steadyPollMs = 5_000;
const troubledPollMs = 1_000;
/** Failures that say something of the provider rather than of what was asked. */
const telling = new Set<string>(['KEYS_SEALED', 'KEYS_UNAVAILABLE', 'KEYS_REFUSED'] satisfies KeyErrorCode[]);

/** The state of the keys for people: since when, why, and until when reading goes on without the provider. */
export interface KeyStateReport {
  state: KeyState;
  reason: string | null;
  since: Date;
  provider: KeyProvider['kind'];
  readsUntil: Date | null;
  detail: ProviderHealth['detail'];
}

/** Hears of every change of state: what it was, and what it is now. */
export type KeyStateListener = (report: KeyStateReport, former: KeyState) => void;

export interface KeyStateWatchOptions {
  provider: KeyProvider;
  cacheMinutes: number;
  clock?: Clock;
}

/**
 * Knows whether keys may be used: asks the provider every five seconds, every second while something is wrong, and at once when a call
 * has failed. Also serves processes that never `start` it: what it knows is asked anew when it is old.
 */
export class KeyStateWatch {
  private readonly provider: KeyProvider;
  private readonly cacheMs: number;
  private readonly clock: Clock;
  private readonly listeners = new Set<KeyStateListener>();
  private known: KnownState;
  private detail: ProviderHealth['detail'] = {};
  private askedMs = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStarted = false;

  constructor({ provider, cacheMinutes, clock = systemClock }: KeyStateWatchOptions) {
    this.provider = provider;
    this.cacheMs = cacheMinutes * 60_000;
    this.clock = clock;
    this.known = unknownState(clock.monotonicMs());
  }

  /** Whether the provider has been asked at all: before, what is known is only assumed. */
  get hasAsked(): boolean {
    return this.askedMs > Number.NEGATIVE_INFINITY;
  }

  /** What is known now, without asking. */
  get current(): KeyStateReport {
    const { state, reason, sinceMs, lastReadyMs } = this.known;
    const asDate = (ms: number) => new Date(this.clock.now().getTime() + ms - this.clock.monotonicMs());
    const readsUntil = state === 'DEGRADED' && lastReadyMs !== undefined ? asDate(lastReadyMs + this.cacheMs) : null;
    return { state, reason, since: asDate(sinceMs), provider: this.provider.kind, readsUntil, detail: this.detail };
  }

  /** Asks the provider now and from time to time until `stop`. */
  async start(): Promise<void> {
    this.isStarted = true;
    await this.ask();
  }

  /** Asks no more. */
  stop(): void {
    this.isStarted = false;
    clearTimeout(this.timer);
  }

  /** Calls the listener at every change; answers what ends that. */
  onChange(listener: KeyStateListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells the watch that a call to the provider has failed: it asks at once when that says something of the provider. */
  noteFailure(error: unknown): void {
    if (telling.has(asHoldfastError(error).code) && this.known.state === 'READY') void this.ask();
  }

  /** For what writes. Throws KEYS_SEALED or KEYS_UNAVAILABLE unless keys are READY. */
  async requireReady(): Promise<void> {
    const { state, reason } = await this.fresh();
    if (state === 'READY') return;
    if (state === 'DEGRADED')
      throw keyError('KEYS_UNAVAILABLE', `${reason ?? 'The key provider is away.'} Nothing new can be stored.`);
    throw keyError('KEYS_SEALED', reason ?? 'The key provider is being unsealed.');
  }

  /** For what reads. Throws KEYS_SEALED unless keys are READY or DEGRADED. */
  async requireReadable(): Promise<void> {
    const { state, reason } = await this.fresh();
    if (state !== 'READY' && state !== 'DEGRADED')
      throw keyError('KEYS_SEALED', reason ?? 'The key provider is being unsealed.');
  }

  private async fresh(): Promise<KnownState> {
    const oldMs = this.known.state === 'READY' ? steadyPollMs : troubledPollMs;
    if (this.clock.monotonicMs() - this.askedMs >= oldMs) await this.ask();
    return this.known;
  }

  private ask(): Promise<void> {
    clearTimeout(this.timer);
    this.asking ??= this.askOnce().finally(() => {
      this.asking = undefined;
      if (!this.isStarted) return;
      const pauseMs = this.known.state === 'READY' ? steadyPollMs : troubledPollMs;
      this.timer = setTimeout(() => void this.ask(), pauseMs).unref();
    });
    return this.asking;
  }

  private async askOnce(): Promise<void> {
    const health = await this.provider.health();
    const former = this.known;
    this.askedMs = this.clock.monotonicMs();
    this.known = nextKeyState(former, health, this.askedMs, this.cacheMs);
    this.detail = health.detail;
    keyProviderReady.set(this.known.state === 'READY' ? 1 : 0);
    if (this.known.state !== former.state) this.tell(former.state);
  }

  private tell(former: KeyState): void {
    const report = this.current;
    const level = report.state === 'READY' || report.state === 'UNSEALING' ? 'info' : 'error';
    log[level]({ state: report.state, former, reason: report.reason }, `Keys are ${report.state}`);
    for (const listener of this.listeners)
      try {
        listener(report, former);
      } catch (error) {
        log.error({ err: error }, 'Somebody who wanted to hear of the state of keys failed');
      }
  }
}
