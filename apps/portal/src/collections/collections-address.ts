import type { Collection } from '../api/types.ts';
import { compact, readChoice, readText } from '../lib/query-text.ts';
import { fits } from '../reading/fits.ts';

export const collectionOrders = ['changed', 'name', 'size'] as const;
export type CollectionOrder = (typeof collectionOrders)[number];

/** What the address of the collections says: the words looked for and the order. */
export interface CollectionsAddress {
  find?: string | undefined;
  order?: CollectionOrder | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readCollectionsAddress(raw: Record<string, unknown>): CollectionsAddress {
  return compact({ find: readText(raw, 'find', 100), order: readChoice(raw, 'order', collectionOrders) });
}

const compare: Record<CollectionOrder, (a: Collection, b: Collection) => number> = {
  changed: (a, b) => b.updatedAt.localeCompare(a.updatedAt),
  name: (a, b) => a.name.localeCompare(b.name),
  size: (a, b) => b.assets - a.assets || a.name.localeCompare(b.name),
};

/** The collections an address asks for, in its order: last changed first unless it says otherwise. */
export function collectionsOf(
  collections: readonly Collection[],
  { find, order = 'changed' }: CollectionsAddress,
): Collection[] {
  const fitting = fits(find ?? '');
  return collections.filter(({ name, description }) => fitting(`${name} ${description}`)).sort(compare[order]);
}
