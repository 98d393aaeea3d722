import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { flushSync } from 'react-dom';
import type { LibraryData } from '../library/library-data.ts';
import { classNames } from '../ui/class-names.ts';
import styles from './asset-grid.module.css';
import { type Direction, neighbourOf, scrollToShow, topOf } from './navigate.ts';
import { ScrubberBar } from './scrubber-bar.tsx';
import { GridSection } from './section.tsx';
import { visibleSections } from './sections.ts';
import { extend, type Selection, toggle, toggleAll } from './selection.ts';
import { useGridLayout, useScrollAnchor, useViewport } from './use-grid-layout.ts';

const overscan = 700;
const windowStep = 240;
const fastPixelsPerMs = 4;
const rangeLimit = 5000;

interface AssetGridProps {
  label: string;
  data: LibraryData;
  density: number;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  onOpen: (index: number) => void;
  /** Shown above the first month, scrolling with it. */
  intro?: ReactNode;
}

const arrows: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The library as justified rows under their months. Only rows near the window exist; months load as they come near. */
export function AssetGrid({ label, data, density, selection, onSelection, onOpen }: AssetGridProps) {
  const version = useSyncExternalStore(data.subscribe, data.snapshot);
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useViewport(scroller);
  const { layout, options } = useGridLayout(data.months, viewport.width, density, version);
  const noteAnchor = useScrollAnchor(scroller, layout, options);
  const { from, fast, onScroll } = useScrollWindow(scroller, data, noteAnchor);
  const visible = useMemo(
    () => visibleSections(layout, options, from - overscan, from + viewport.height + overscan + windowStep),
    [layout, options, from, viewport.height],
  );
  const [focusIndex, setFocusIndex] = useState(0);
  const selectionRef = useRef(selection);
  selectionRef.current = selection;

  useEffect(() => {
    for (const { section } of visible) {
      const place = layout.sections[section];
      if (!place) continue;
      data.freshen(place.key);
      if (place.pending > 0 && !fast)
        void data.want(place.key, neededIn(place, from + viewport.height + overscan, options.headerHeight));
    }
  }, [visible, layout, data, fast, from, viewport.height, options.headerHeight]);

  const pick = useCallback(
    async (index: number, range: boolean) => {
      const tile = data.tileAt(index);
      if (!tile) return;
      setFocusIndex(index);
      if (!range) return onSelection(toggle(selectionRef.current, tile.id));
      const between = await idsBetween(data, selectionRef.current.anchor, index);
      onSelection(extend(selectionRef.current, tile.id, () => between));
    },
    [data, onSelection],
  );

  const open = useCallback(
    (event: MouseEvent, index: number) => {
      if (event.ctrlKey || event.metaKey || event.button !== 0) return;
      event.preventDefault();
      if (event.shiftKey || selectionRef.current.ids.size > 0) void pick(index, event.shiftKey);
      else onOpen(index);
    },
    [onOpen, pick],
  );

  const focusTile = (index: number) => {
    const element = scroller.current;
    if (!element) return;
    const { top, height } = topOf(layout, index, options.headerHeight);
    const wanted = scrollToShow(top, height, element.scrollTop, viewport.height, options.headerHeight);
    if (wanted !== element.scrollTop) {
      element.scrollTop = wanted;
      flushSync(onScroll);
    }
    flushSync(() => setFocusIndex(index));
    element.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const direction = arrows[event.key] ?? homeOrEnd(event);
    if (direction) {
      event.preventDefault();
      const next = neighbourOf(layout, (section) => data.months[section]?.ratios ?? [], focusIndex, direction, options.gap);
      if (event.shiftKey && selection.anchor === undefined) {
        const here = data.tileAt(focusIndex);
        if (here) selectionRef.current = toggle(selection, here.id);
      }
      void data.loadTileAt(next).then(() => {
        focusTile(next);
        if (event.shiftKey) void pick(next, true);
      });
    } else if (event.key === ' ' || event.key === 'x') {
      event.preventDefault();
      void pick(focusIndex, event.shiftKey);
    } else if (event.key === 'Escape' && selection.ids.size > 0) {
      event.preventDefault();
      onSelection({ ids: new Set(), anchor: undefined });
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void selectAll(data, onSelection);
    }
  };

  const toggleSection = useCallback(
    async (key: string) => {
      const month = data.months.find((candidate) => candidate.key === key);
      if (!month) return;
      await data.want(key, Math.min(month.count, rangeLimit));
      onSelection(
        toggleAll(
          selectionRef.current,
          month.tiles.map((tile) => tile.id),
        ),
      );
    },
    [data, onSelection],
  );

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={classNames(styles.scroller, selection.ids.size > 0 && styles.selecting)}
        role="grid"
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={-1}
        tabIndex={-1}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div className={styles.canvas} style={{ height: layout.height }} role="presentation">
          {visible.map(({ section, firstRow, lastRow }) => {
            const place = layout.sections[section];
            const month = data.months[section];
            if (!place || !month) return null;
            return (
              <GridSection
                key={place.key}
                month={month}
                place={place}
                options={options}
                firstRow={firstRow}
                lastRow={lastRow}
                version={version}
                selected={selection.ids}
                reachable={reachableIn(layout.total, focusIndex)}
                wait={fast}
                onPick={pick}
                onOpen={open}
                onFocus={setFocusIndex}
                onToggleAll={toggleSection}
                onRetry={() => data.retry(place.key)}
              />
            );
          })}
        </div>
      </div>
      <ScrubberBar layout={layout} scroller={scroller} viewport={viewport.height} />
    </div>
  );
}

/** The scroll position in steps, so that React works a few times a second and the browser scrolls at its own rate between. */
function useScrollWindow(scroller: React.RefObject<HTMLDivElement | null>, data: LibraryData, noteAnchor: () => void) {
  const [from, setFrom] = useState(() => stepOf(data.scrollTop));
  const [fast, setFast] = useState(false);
  const last = useRef({ top: 0, at: 0 });
  const calm = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = data.scrollTop;
    last.current = { top: element.scrollTop, at: performance.now() };
    setFrom(stepOf(element.scrollTop));
  }, [data, scroller]);
  useEffect(() => () => clearTimeout(calm.current), []);
  const onScroll = useCallback(() => {
    const top = scroller.current?.scrollTop ?? 0;
    const now = performance.now();
    const speed = Math.abs(top - last.current.top) / Math.max(1, now - last.current.at);
    last.current = { top, at: now };
    data.scrollTop = top;
    noteAnchor();
    setFrom(stepOf(top));
    if (speed > fastPixelsPerMs) setFast(true);
    clearTimeout(calm.current);
    calm.current = setTimeout(() => setFast(false), 90);
  }, [data, scroller, noteAnchor]);
  return { from, fast, onScroll };
}

function stepOf(top: number): number {
  return Math.floor(top / windowStep) * windowStep;
}

function homeOrEnd(event: KeyboardEvent): Direction | undefined {
  const all = event.ctrlKey || event.metaKey;
  if (event.key === 'Home') return all ? 'start' : 'rowStart';
  if (event.key === 'End') return all ? 'end' : 'rowEnd';
  return undefined;
}

function reachableIn(total: number, focusIndex: number): number {
  return Math.min(focusIndex, Math.max(0, total - 1));
}

/** How many assets of a section must be known to fill the window down to `bottom`. */
function neededIn(
  place: { top: number; height: number; rowTops: number[]; count: number; pending: number },
  bottom: number,
  headerHeight: number,
): number {
  const loaded = place.count - place.pending;
  const from = place.top + headerHeight + (place.rowTops.at(-1) ?? 0);
  if (bottom <= from) return loaded;
  const room = Math.max(1, place.top + place.height - from);
  const share = Math.min(1, (bottom - from) / room);
  return Math.min(place.count, loaded + Math.ceil(share * place.pending));
}

/** The ids from the anchor to an asset, loading what lies between; ranges end after a few thousand. */
async function idsBetween(data: LibraryData, anchor: string | undefined, index: number): Promise<string[]> {
  const start = anchor === undefined ? -1 : data.indexOf(anchor);
  if (start < 0) return [];
  const [first, last] = start < index ? [start, index] : [index, start];
  const ids: string[] = [];
  for (let at = first; at <= Math.min(last, first + rangeLimit); at += 1) {
    const tile = data.tileAt(at) ?? (await data.loadTileAt(at));
    if (tile) ids.push(tile.id);
  }
  return ids;
}

async function selectAll(data: LibraryData, onSelection: (selection: Selection) => void): Promise<void> {
  const ids: string[] = [];
  for (let at = 0; at < Math.min(data.total, rangeLimit); at += 1) {
    const tile = data.tileAt(at) ?? (await data.loadTileAt(at));
    if (tile) ids.push(tile.id);
  }
  onSelection({ ids: new Set(ids), anchor: ids[0] });
}
