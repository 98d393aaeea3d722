import { Injectable } from '@nestjs/common';
import type { WrappedKey } from '../keyring.ts';

/** A data key where it is stored. */
export interface HeldDataKey {
  objectId: string;
  wrapped: WrappedKey;
}

/** A data key wrapped anew, to be stored in the place of what it was wrapped as before. */
export interface RewrappedDataKey {
  objectId: string;
  from: WrappedKey;
  to: WrappedKey;
}

/** How many data keys a version of a key wraps. */
export interface VersionTally {
  keyId: string;
  version: number;
  count: number;
}

/** Rows of a higher library that hold wrapped data keys. All work is for the organisation of the current context. */
export interface WrappedKeyHolder {
  /** Of the table that holds them. */
  readonly name: string;
  /** Data keys that a version of a key wraps. */
  count(keyId: string, version: number): Promise<number>;
  /** How many of these objects there are, whatever their keys. */
  holds(objectIds: readonly string[]): Promise<number>;
  /** Data keys that each version of the given keys wraps. */
  tally(keyIds: readonly string[]): Promise<VersionTally[]>;
  /** The next of them in order of object id, after the given one. */
  next(keyId: string, version: number, limit: number, afterObjectId: string | null): Promise<HeldDataKey[]>;
  /** Stores what is wrapped anew where `from` is still what is stored; answers how many it replaced. */
  replace(items: readonly RewrappedDataKey[]): Promise<number>;
}

/** Everybody who holds wrapped data keys; higher libraries register at start. */
@Injectable()
export class WrappedKeyHolders {
  readonly #holders = new Map<string, WrappedKeyHolder>();

  /** Adds a holder; one of the same name is replaced. */
  register(holder: WrappedKeyHolder): void {
    this.#holders.set(holder.name, holder);
  }

  /** Those that have registered in this process. */
  all(): WrappedKeyHolder[] {
    return [...this.#holders.values()];
  }

  /** How many of these objects anybody still holds. */
  async holding(objectIds: readonly string[]): Promise<number> {
    const counts = await Promise.all(this.all().map((holder) => holder.holds(objectIds)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Data keys that a version of a key wraps, by the names of who holds them. */
  async usersOf(keyId: string, version: number): Promise<Record<string, number>> {
    const counts = await Promise.all(
      this.all().map(async (holder) => [holder.name, await holder.count(keyId, version)] as const),
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** Data keys that each version of the given keys wraps, of all holders; versions that wrap none may be missing. */
  async tally(keyIds: readonly string[]): Promise<VersionTally[]> {
    return (await Promise.all(this.all().map((holder) => holder.tally(keyIds)))).flat();
  }
}
