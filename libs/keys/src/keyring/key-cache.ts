import { type Clock, systemClock } from '#kernel';
import type { KeyVersionName } from './domain/key-names.ts';

interface Kept {
  key: Buffer;
  keyId: string;
  organisationId: string;
  keptAtMs: number;
}

const nameOf = ({ organisationId, keyId, version }: KeyVersionName) => `${organisationId}/${keyId}/${version}`;

/** Keys in the clear, for a while: bounded in number and age, oldest use out first, overwritten when they go. */
export class KeyCache {
  readonly #kept = new Map<string, Kept>();
  #sweep: NodeJS.Timeout | undefined;
  #forgettings = 0;

  constructor(
    private readonly longestMs: number,
    private readonly mostKeys = 2000,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Lends a key to work that ends before it answers: it may be overwritten afterwards. Undefined where it is not here; `isAgeing` past half its time, when
   * whoever can should read it again.
   */
  lend<Result>(name: KeyVersionName, use: (key: Buffer) => Result): { result: Result; isAgeing: boolean } | undefined {
    const text = nameOf(name);
    const kept = this.#kept.get(text);
    if (!kept) return undefined;
    const ageMs = this.clock.monotonicMs() - kept.keptAtMs;
    if (ageMs >= this.longestMs) {
      this.#drop(text, kept);
      return undefined;
    }
    this.#kept.delete(text);
    this.#kept.set(text, kept);
    return { result: use(kept.key), isAgeing: ageMs >= this.longestMs / 2 };
  }

  /** How often anything was forgotten: whoever reads a key from elsewhere asks before and tells `keep`. */
  get forgettings(): number {
    return this.#forgettings;
  }

  /** Takes a key, which belongs to the cache from now on; not if anything was forgotten since it began to be read, because it may be what was meant. */
  keep(name: KeyVersionName, key: Buffer, forgettings = this.#forgettings): void {
    if (forgettings !== this.#forgettings) {
      key.fill(0);
      return;
    }
    const text = nameOf(name);
    const former = this.#kept.get(text);
    if (former) this.#drop(text, former);
    this.#kept.set(text, { key, keyId: name.keyId, organisationId: name.organisationId, keptAtMs: this.clock.monotonicMs() });
    const [oldest] = this.#kept;
    if (oldest && this.#kept.size > this.mostKeys) this.#drop(...oldest);
    this.#sweep ??= setInterval(() => this.#dropExpired(), Math.min(this.longestMs, 60_000)).unref();
  }

  /** Drops all versions of a key. */
  forget(keyId: string): void {
    this.#forgettings += 1;
    for (const [text, kept] of this.#kept) if (kept.keyId === keyId) this.#drop(text, kept);
  }

  /** Drops all keys of an organisation. */
  forgetOrganisation(organisationId: string): void {
    this.#forgettings += 1;
    for (const [text, kept] of this.#kept) if (kept.organisationId === organisationId) this.#drop(text, kept);
  }

  /** Drops everything. */
  clear(): void {
    this.#forgettings += 1;
    for (const [text, kept] of this.#kept) this.#drop(text, kept);
    this.#stopSweeping();
  }

  get size(): number {
    return this.#kept.size;
  }

  #dropExpired(): void {
    const now = this.clock.monotonicMs();
    for (const [text, kept] of this.#kept) if (now - kept.keptAtMs >= this.longestMs) this.#drop(text, kept);
    if (this.#kept.size === 0) this.#stopSweeping();
  }

  #stopSweeping(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #drop(text: string, kept: Kept): void {
    kept.key.fill(0);
    this.#kept.delete(text);
  }
}
