import type { Tag } from '../api/types.ts';
import { compact, readChoice, readText } from '../lib/query-text.ts';
import { fits } from '../reading/fits.ts';

export const tagOrders = ['most', 'name'] as const;
export type TagOrder = (typeof tagOrders)[number];

/** What the address of the tags says: the words looked for, the order, whether only unused ones are shown. */
export interface TagsAddress {
  find?: string | undefined;
  order?: TagOrder | undefined;
  unused?: true | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readTagsAddress(raw: Record<string, unknown>): TagsAddress {
  return compact({
    find: readText(raw, 'find', 100),
    order: readChoice(raw, 'order', tagOrders),
    unused: readText(raw, 'unused') === 'true' ? true : undefined,
  });
}

/** The tags an address asks for, in its order: most used first unless it says otherwise. */
export function tagsOf(tags: readonly Tag[], { find, order, unused }: TagsAddress): Tag[] {
  const fitting = fits(find ?? '');
  const found = tags.filter((tag) => (!unused || tag.assets === 0) && fitting(tag.name));
  return found.sort((a, b) => (order === 'name' ? 0 : b.assets - a.assets) || a.name.localeCompare(b.name));
}
