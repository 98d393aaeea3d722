import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { formatMonth } from '../lib/format.ts';
import type { ScrollPosition } from './scroll-position.ts';
import { monthAt, monthIndexAt, monthTicks, positionOfScroll, scrollOfPosition, stepMonth, yearMarks } from './scrubber.ts';
import styles from './scrubber-bar.module.css';
import type { GridLayout } from './sections.ts';

const quietMs = 1200;
/** Space over and under the ruler, in pixels. */
const rulerInset = 12;
const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -1e6, End: 1e6 };

interface ScrubberBarProps {
  layout: GridLayout;
  scroller: RefObject<HTMLDivElement | null>;
  position: ScrollPosition;
  viewport: number;
}

/** The ruler at the right: months as ticks as long as they are full, years by name, and where one is. Drag, click or step through it. */
export function ScrubberBar({ layout, scroller, position, viewport }: ScrubberBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const needle = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number>();
  const { here, awake } = useFollowing({ layout, position, viewport, needle });
  const marks = useMemo(() => <RulerMarks layout={layout} viewport={viewport} />, [layout, viewport]);

  if (layout.height <= viewport * 1.2) return null;

  const positionOf = (event: PointerEvent) => {
    const box = bar.current?.firstElementChild?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)) : 0;
  };
  const goTo = (scrollTop: number) => {
    if (scroller.current) scroller.current.scrollTop = scrollTop;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    goTo(stepMonth(layout, position.top, step));
  };
  const month = layout.sections[here]?.key ?? '';
  const flag = pointed === undefined ? month : (monthAt(layout, pointed, viewport) ?? '');
  return (
    <div
      ref={bar}
      className={styles.scrubber}
      role="slider"
      tabIndex={0}
      aria-label="Month"
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, layout.sections.length - 1)}
      aria-valuenow={here}
      aria-valuetext={formatMonth(month)}
      data-awake={awake || pointed !== undefined ? '' : undefined}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = positionOf(event);
        setPointed(at);
        goTo(scrollOfPosition(at, layout.height, viewport));
      }}
      onPointerMove={(event) => {
        const at = positionOf(event);
        setPointed(at);
        if (event.buttons > 0) goTo(scrollOfPosition(at, layout.height, viewport));
      }}
      onPointerLeave={() => setPointed(undefined)}
      onPointerUp={(event) => event.pointerType !== 'mouse' && setPointed(undefined)}
    >
      <div className={styles.ruler}>
        {marks}
        <div ref={needle} className={styles.needle}>
          {awake && pointed === undefined && <span className={styles.flag}>{formatMonth(flag)}</span>}
        </div>
        {pointed !== undefined && (
          <div className={styles.flag} style={{ top: `${pointed * 100}%` }}>
            {formatMonth(flag)}
          </div>
        )}
      </div>
    </div>
  );
}

/** Moves the needle with each frame of scrolling, and tells React only when it comes to another month or to rest. */
function useFollowing({
  layout,
  position,
  viewport,
  needle,
}: Omit<ScrubberBarProps, 'scroller'> & { needle: RefObject<HTMLDivElement | null> }) {
  const [here, setHere] = useState(0);
  const [awake, setAwake] = useState(false);
  useEffect(() => {
    let quiet: ReturnType<typeof setTimeout> | undefined;
    let movedAt = 0;
    let isFirst = true;
    const rest = () => {
      const left = movedAt + quietMs - performance.now();
      quiet = left > 0 ? setTimeout(rest, left) : undefined;
      if (!quiet) setAwake(false);
    };
    const hush = position.subscribe((top) => {
      const at = positionOfScroll(top, layout.height, viewport);
      if (needle.current) needle.current.style.transform = `translateY(${at * (viewport - 2 * rulerInset)}px)`;
      setHere(monthIndexAt(layout, at, viewport));
      if (isFirst) {
        isFirst = false;
        return;
      }
      movedAt = performance.now();
      setAwake(true);
      quiet ??= setTimeout(rest, quietMs);
    });
    return () => {
      hush();
      clearTimeout(quiet);
    };
  }, [layout, position, viewport, needle]);
  return { here, awake };
}

function RulerMarks({ layout, viewport }: { layout: GridLayout; viewport: number }) {
  const ticks = monthTicks(layout);
  return (
    <>
      {ticks.map((tick) => (
        <div key={tick.key} className={styles.tick} style={{ top: `${tick.at * 100}%`, width: 3 + tick.density * 15 }} />
      ))}
      {yearMarks(ticks, 18 / Math.max(1, viewport)).map((mark) => (
        <div key={mark.year} className={styles.year} style={{ top: `${mark.at * 100}%` }}>
          {mark.year}
        </div>
      ))}
    </>
  );
}
