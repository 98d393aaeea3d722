import type { Hardware } from '../http/hardware.contract.ts';

/** What could not be read, and why: a value that is missing without a word would pass for one that does not exist. */
export class Gaps {
  readonly found: Hardware['gaps'] = [];

  /** Notes it once. `remedy` is a command, where there is one. */
  add(what: string, why: string, remedy: string | null = null): void {
    if (!this.found.some((gap) => gap.what === what)) this.found.push({ what, why, remedy });
  }
}
