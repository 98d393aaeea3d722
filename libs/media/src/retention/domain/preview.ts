import { createHash } from 'node:crypto';
import { type Candidate, decide } from './decide.ts';
import { type AssetClass, type Policies, type SettableClass, settableClasses } from './retention-class.ts';

/** Assets, what they are made of, and its bytes. */
export interface Amount {
  assets: number;
  objects: number;
  bytes: number;
}

/** What policies would do at an instant. */
export interface Preview {
  /** Names the instant, the policies and every asset that would go: what is saved or run with it does this or nothing. */
  digest: string;
  instant: Date;
  total: Amount;
  byClass: { class: AssetClass; amount: Amount }[];
  /** Would go, but a hold stands. */
  held: Amount;
  /** Would go, but are on their way to another tier: they go at a later run. */
  moving: Amount;
  /** Rows of search history and ended sessions that would go. */
  traces: { class: SettableClass; rows: number }[];
}

const nothing = (): Amount => ({ assets: 0, objects: 0, bytes: 0 });

/** Adds up what policies would do, asset by asset, in whatever order they come as long as it is always the same. */
export class PreviewTally {
  readonly #policies: Policies;
  readonly #instant: Date;
  readonly #hash = createHash('sha256');
  readonly #total = nothing();
  readonly #held = nothing();
  readonly #moving = nothing();
  readonly #byClass = new Map<AssetClass, Amount>();

  constructor(policies: Policies, instant: Date) {
    this.#policies = policies;
    this.#instant = instant;
    for (const name of settableClasses) this.#hash.update(`${name} ${policies[name]}\n`);
  }

  /** Answers whether the asset would go. */
  add(asset: Candidate): boolean {
    const { verdict, due } = decide(asset, this.#policies, this.#instant);
    if (verdict === 'keep') return false;
    this.#hash.update(`${asset.assetId} ${due.class} ${verdict}\n`);
    if (verdict === 'held') raise(this.#held, asset);
    else if (verdict === 'moving') raise(this.#moving, asset);
    else {
      raise(this.#total, asset);
      const amount = this.#byClass.get(due.class) ?? nothing();
      raise(amount, asset);
      this.#byClass.set(due.class, amount);
    }
    return verdict === 'delete';
  }

  result(traces: Preview['traces']): Preview {
    const order = (name: SettableClass) => settableClasses.indexOf(name);
    const byClass = [...this.#byClass].map(([name, amount]) => ({ class: name, amount }));
    return {
      digest: `${this.#instant.toISOString().replaceAll(/[-:]/g, '')}-${this.#hash.digest('hex')}`,
      instant: this.#instant,
      total: this.#total,
      byClass: byClass.sort((left, right) => order(left.class) - order(right.class)),
      held: this.#held,
      moving: this.#moving,
      traces,
    };
  }
}

function raise(amount: Amount, { objects, bytes }: Candidate): void {
  amount.assets += 1;
  amount.objects += objects;
  amount.bytes += bytes;
}

/** The instant that a preview's digest was made for; undefined where it is none. */
export function instantOfDigest(digest: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)-[0-9a-f]{64}$/.exec(digest);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
