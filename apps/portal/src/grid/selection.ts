/** Which assets are selected, and from where a range starts. */
export interface Selection {
  ids: ReadonlySet<string>;
  anchor: string | undefined;
}

export const nothingSelected: Selection = { ids: new Set(), anchor: undefined };

/** Adds or removes one asset; it becomes where the next range starts. */
export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id };
}

/** Adds everything between the anchor and `id`, both included, in the order shown. Without an anchor, only `id`. */
export function extend(selection: Selection, id: string, between: (from: string, to: string) => readonly string[]): Selection {
  if (selection.anchor === undefined) return { ids: new Set([...selection.ids, id]), anchor: id };
  return { ids: new Set([...selection.ids, ...between(selection.anchor, id)]), anchor: selection.anchor };
}

/** Adds all of a group, or takes all of it out when all are in already. */
export function toggleAll(selection: Selection, group: readonly string[]): Selection {
  const ids = new Set(selection.ids);
  const allIn = group.length > 0 && group.every((id) => ids.has(id));
  for (const id of group) allIn ? ids.delete(id) : ids.add(id);
  return { ids, anchor: group[0] ?? selection.anchor };
}

/** Drops ids that are no longer there, so that nothing unseen stays selected. */
export function keepOnly(selection: Selection, exists: (id: string) => boolean): Selection {
  const ids = new Set([...selection.ids].filter(exists));
  return ids.size === selection.ids.size ? selection : { ids, anchor: selection.anchor };
}
