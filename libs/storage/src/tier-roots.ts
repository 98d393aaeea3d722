import { tierUnknown } from './storage-errors.ts';

/** Folders of the declared tiers by name, in their order: from fast to large. */
export class TierRoots {
  readonly #roots: ReadonlyMap<string, string>;

  constructor(tiers: readonly { name: string; path: string }[]) {
    this.#roots = new Map(tiers.map(({ name, path }) => [name, path]));
  }

  /** The tier that takes in what is new. */
  get first(): { name: string; root: string } {
    const [first] = this.#roots;
    if (!first) throw new Error('The manifest declares no tier.');
    return { name: first[0], root: first[1] };
  }

  /** The folder of a tier. Throws STORAGE_TIER_UNKNOWN for one that the manifest does not declare. */
  require(name: string): string {
    const root = this.#roots.get(name);
    if (root === undefined) throw tierUnknown(name);
    return root;
  }
}
