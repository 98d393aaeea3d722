import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import type { LibraryData } from '../library/library-data.ts';
import { classNames } from '../ui/class-names.ts';
import styles from './asset-grid.module.css';
import { type Direction, neighbourOf, scrollToShow, topOf } from './navigate.ts';
import { ScrubberBar } from './scrubber-bar.tsx';
import { GridSection } from './section.tsx';
import { type GridLayout, type GridOptions, type VisibleSection, visibleSections } from './sections.ts';
import { everythingSelected, nothingSelected, type Selection, selectedOf } from './selection.ts';
import { useGridLayout, useScrollAnchor, useViewport } from './use-grid-layout.ts';
import { useLongPress } from './use-long-press.ts';
import { usePicking } from './use-picking.ts';
import { useScrollWindow, windowStep } from './use-scroll-window.ts';

const overscan = 700;

interface AssetGridProps {
  label: string;
  data: LibraryData;
  density: number;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  onOpen: (index: number) => void;
}

const arrows: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The library as justified rows under their months. Only rows near the window exist; months load as they come near. */
export function AssetGrid({ label, data, density, selection, onSelection, onOpen }: AssetGridProps) {
  const version = useSyncExternalStore(data.subscribe, data.snapshot);
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useViewport(scroller);
  const { layout, options } = useGridLayout(data.months, viewport.width, density, version);
  const { from, fast, position, onScroll } = useScrollWindow(scroller, data);
  useScrollAnchor(scroller, position, layout, options, viewport.width > 0);
  const to = from + viewport.height + overscan + windowStep;
  const visible = useMemo(() => visibleSections(layout, options, from - overscan, to), [layout, options, from, to]);
  const [focusIndex, setFocusIndex] = useState(0);
  const { pick, open, toggleMonth, startAt } = usePicking({ data, selection, onSelection, onOpen, onFocus: setFocusIndex });
  useLoading({ data, layout, options, visible, to, fast });
  const hold = useLongPress((index) => void pick(index, false));
  const retry = useCallback((key: string, part: number) => data.retry(key, part), [data]);

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
    const isSelecting = selectedOf(selection, data.total) > 0;
    if (direction) {
      event.preventDefault();
      const next = neighbourOf(layout, (section) => data.ratiosOf(section), focusIndex, direction, options.gap);
      if (event.shiftKey) startAt(focusIndex);
      void data.loadTileAt(next).then(() => {
        focusTile(next);
        if (event.shiftKey) void pick(next, true);
      });
    } else if (event.key === ' ' || event.key === 'x') {
      event.preventDefault();
      void pick(focusIndex, event.shiftKey);
    } else if (event.key === 'Escape' && isSelecting) {
      event.preventDefault();
      onSelection(nothingSelected);
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSelection(everythingSelected);
    }
  };

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={classNames(styles.scroller, selectedOf(selection, data.total) > 0 && styles.selecting)}
        role="grid"
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={-1}
        tabIndex={-1}
        {...hold}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div className={styles.canvas} style={{ height: layout.height }} role="presentation">
          {visible.map((part) => {
            const place = layout.sections[part.section];
            const month = data.months[part.section];
            if (!place || !month) return null;
            return (
              <GridSection
                key={place.key}
                month={month}
                place={place}
                options={options}
                visible={part}
                version={version}
                selection={selection}
                reachable={Math.min(focusIndex, Math.max(0, layout.total - 1))}
                wait={fast}
                onPick={pick}
                onOpen={open}
                onFocus={setFocusIndex}
                onToggleAll={toggleMonth}
                onRetry={retry}
              />
            );
          })}
        </div>
      </div>
      <ScrubberBar layout={layout} scroller={scroller} position={position} viewport={viewport.height} />
    </div>
  );
}

/** Asks for what is in sight and not there yet, or outdated; not for what flies by. */
function useLoading({
  data,
  layout,
  options,
  visible,
  to,
  fast,
}: {
  data: LibraryData;
  layout: GridLayout;
  options: GridOptions;
  visible: readonly VisibleSection[];
  to: number;
  fast: boolean;
}): void {
  useEffect(() => {
    for (const { section, firstRow, lastRow, pending } of visible) {
      const place = layout.sections[section];
      if (!place) continue;
      const [first, last] = [place.rows[firstRow], place.rows[lastRow - 1]];
      if (first && last) data.freshen(place.key, first.first, last.last);
      if (fast) continue;
      for (const stretch of pending) {
        const share = (to - place.top - options.headerHeight - stretch.top) / Math.max(1, stretch.height);
        const wanted = Math.ceil(Math.min(1, Math.max(0, share)) * stretch.count);
        if (wanted > 0) void data.want(place.key, stretch.first, stretch.first + wanted);
      }
    }
  }, [visible, layout, data, fast, to, options.headerHeight]);
}

function homeOrEnd(event: KeyboardEvent): Direction | undefined {
  const all = event.ctrlKey || event.metaKey;
  if (event.key === 'Home') return all ? 'start' : 'rowStart';
  if (event.key === 'End') return all ? 'end' : 'rowEnd';
  return undefined;
}
