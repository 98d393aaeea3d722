/** Which assets are selected, and from where a range starts. */
export interface Selection {
  /** The selected ones; where `inverted`, those that are not. */
  ids: ReadonlySet<string>;
  /** Everything that the list holds is selected, but for `ids`: no list of a hundred thousand need be read for that. */
  inverted: boolean;
  anchor: string | undefined;
}

export const nothingSelected: Selection = { ids: new Set(), inverted: false, anchor: undefined };
export const everythingSelected: Selection = { ids: new Set(), inverted: true, anchor: undefined };

export function isSelected({ ids, inverted }: Selection, id: string): boolean {
  return ids.has(id) !== inverted;
}

/** How many of a list of `total` are selected. */
export function selectedOf({ ids, inverted }: Selection, total: number): number {
  return inverted ? Math.max(0, total - ids.size) : ids.size;
}

/** Selects or drops a group; the anchor stays. */
function put(selection: Selection, group: Iterable<string>, selected: boolean): Selection {
  const ids = new Set(selection.ids);
  for (const id of group) selected === selection.inverted ? ids.delete(id) : ids.add(id);
  return { ...selection, ids };
}

/** Adds or removes one asset; it becomes where the next range starts. */
export function toggle(selection: Selection, id: string): Selection {
  return { ...put(selection, [id], !isSelected(selection, id)), anchor: id };
}

/** Adds everything between the anchor and `id`, both included, in the order shown. Without an anchor, only `id`. */
export function extend(selection: Selection, id: string, between: (from: string, to: string) => readonly string[]): Selection {
  if (selection.anchor === undefined) return { ...put(selection, [id], true), anchor: id };
  return put(selection, between(selection.anchor, id), true);
}

/** Adds all of a group, or takes all of it out when all are in already. */
export function toggleAll(selection: Selection, group: readonly string[]): Selection {
  const allIn = group.length > 0 && group.every((id) => isSelected(selection, id));
  return { ...put(selection, group, !allIn), anchor: group[0] ?? selection.anchor };
}

/** How much of a month is selected, told by those of its assets that are known. */
export function shareSelected(selection: Selection, known: readonly string[], count: number): 'none' | 'some' | 'all' {
  const picked = known.filter((id) => isSelected(selection, id)).length;
  if (picked === 0) return 'none';
  const couldBeAll = selection.inverted || selection.ids.size >= count;
  return picked === known.length && couldBeAll ? 'all' : 'some';
}
