import { type MouseEvent, type RefObject, useCallback, useRef } from 'react';
import type { LibraryData } from '../library/library-data.ts';
import { listIds } from '../library/list-ids.ts';
import { withinMonth } from '../library/month-range.ts';
import { extend, type Selection, toggle, toggleAll } from './selection.ts';

interface Picking {
  data: LibraryData;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  onOpen: (index: number) => void;
  onFocus: (index: number) => void;
}

/** What presses on tiles and months do to the selection. All of it is stable: tiles are drawn again for nothing else. */
export function usePicking({ data, selection, onSelection, onOpen, onFocus }: Picking) {
  const latest = useRef(selection);
  latest.current = selection;

  const pick = useCallback(
    async (index: number, range: boolean) => {
      const tile = data.tileAt(index);
      if (!tile) return;
      onFocus(index);
      if (!range) return onSelection(toggle(latest.current, tile.id));
      const between = await idsBetween(data, latest.current.anchor, index);
      onSelection(extend(latest.current, tile.id, () => between));
    },
    [data, onSelection, onFocus],
  );

  const open = useCallback(
    (event: MouseEvent, index: number) => {
      if (event.ctrlKey || event.metaKey || event.button !== 0) return;
      event.preventDefault();
      const isSelecting = latest.current.inverted || latest.current.ids.size > 0;
      if (event.shiftKey || isSelecting) void pick(index, event.shiftKey);
      else onOpen(index);
    },
    [onOpen, pick],
  );

  const toggleMonth = useCallback(
    async (key: string) => {
      const month = data.months.find((candidate) => candidate.key === key);
      if (!month) return;
      onSelection(toggleAll(latest.current, await listIds(withinMonth(data.filter, key), { skip: 0, count: month.count })));
    },
    [data, onSelection],
  );

  const startAt = (index: number) => startRange(data, latest, index);
  return { pick, open, toggleMonth, startAt };
}

/** A range that is begun by keys starts with the asset that has the focus. */
function startRange(data: LibraryData, latest: RefObject<Selection>, index: number): void {
  const here = latest.current.anchor === undefined ? data.tileAt(index) : undefined;
  if (here) latest.current = toggle(latest.current, here.id);
}

/** The ids from the anchor to an asset, asking for those that are not loaded. */
async function idsBetween(data: LibraryData, anchor: string | undefined, index: number): Promise<string[]> {
  const start = anchor === undefined ? -1 : data.indexOf(anchor);
  if (start < 0) return [];
  const [first, last] = start < index ? [start, index] : [index, start];
  const ids: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const tile = data.tileAt(at);
    if (!tile) return listIds(data.filter, { skip: first, count: last - first + 1 });
    ids.push(tile.id);
  }
  return ids;
}
