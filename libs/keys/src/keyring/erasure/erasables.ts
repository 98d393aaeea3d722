import { Injectable } from '@nestjs/common';
import type { Tombstone } from '../domain/tombstone.ts';

/** A higher library that holds what a tombstone is about. */
export interface Erasable {
  /** Unique; named in errors. */
  readonly name: string;
  /**
   * Erases what the tombstone says, for the organisation of the current context: at first for `objects-destroyed`, and again for any tombstone after a restore brought it back. May be called any number of
   * times.
   */
  eraseAgain(tombstone: Tombstone): Promise<void>;
}

/** Everybody who is told of tombstones; higher libraries register at start. */
@Injectable()
export class Erasables {
  readonly #erasables = new Map<string, Erasable>();

  /** Adds an erasable; one of the same name is replaced. */
  register(erasable: Erasable): void {
    this.#erasables.set(erasable.name, erasable);
  }

  all(): Erasable[] {
    return [...this.#erasables.values()];
  }
}
