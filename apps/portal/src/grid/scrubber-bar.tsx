import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { formatMonth } from '../lib/format.ts';
import { monthAt, monthTicks, positionOfScroll, scrollOfPosition, stepMonth, yearMarks } from './scrubber.ts';
import styles from './scrubber-bar.module.css';
import type { GridLayout } from './sections.ts';

const quietMs = 1200;

/** The ruler at the right: months as ticks as long as they are full, years by name, and where one is. Drag, click or step through it. */
export function ScrubberBar({
  layout,
  scroller,
  viewport,
}: {
  layout: GridLayout;
  scroller: RefObject<HTMLDivElement | null>;
  viewport: number;
}) {
  const bar = useRef<HTMLDivElement>(null);
  const [position, setPosition] = useState(0);
  const [pointed, setPointed] = useState<number>();
  const [awake, setAwake] = useState(false);
  const ticks = useMemo(() => monthTicks(layout), [layout]);
  const years = useMemo(() => yearMarks(ticks, 18 / Math.max(1, viewport)), [ticks, viewport]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let quiet: ReturnType<typeof setTimeout>;
    const follow = () => {
      setPosition(positionOfScroll(element.scrollTop, layout.height, element.clientHeight));
      setAwake(true);
      clearTimeout(quiet);
      quiet = setTimeout(() => setAwake(false), quietMs);
    };
    setPosition(positionOfScroll(element.scrollTop, layout.height, element.clientHeight));
    element.addEventListener('scroll', follow, { passive: true });
    return () => {
      clearTimeout(quiet);
      element.removeEventListener('scroll', follow);
    };
  }, [layout, scroller]);

  const marks = useMemo(
    () => (
      <>
        {ticks.map((tick) => (
          <div key={tick.key} className={styles.tick} style={{ top: `${tick.at * 100}%`, width: 3 + tick.density * 15 }} />
        ))}
        {years.map((mark) => (
          <div key={mark.year} className={styles.year} style={{ top: `${mark.at * 100}%` }}>
            {mark.year}
          </div>
        ))}
      </>
    ),
    [ticks, years],
  );

  if (layout.height <= viewport * 1.2) return null;

  const positionOf = (event: PointerEvent) => {
    const box = bar.current?.firstElementChild?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)) : 0;
  };
  const goTo = (scrollTop: number) => {
    if (scroller.current) scroller.current.scrollTop = scrollTop;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const top = scroller.current?.scrollTop ?? 0;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -1e6, End: 1e6 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    goTo(stepMonth(layout, top, step));
  };
  const here = monthAt(layout, position, viewport) ?? '';
  const shown = pointed ?? position;
  const flag = pointed !== undefined || awake ? formatMonth(monthAt(layout, shown, viewport) ?? '') : '';
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
      aria-valuenow={Math.max(
        0,
        layout.sections.findIndex((section) => section.key === here),
      )}
      aria-valuetext={formatMonth(here)}
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
        <div className={styles.needle} style={{ top: `${position * 100}%` }} />
        {flag && (
          <div className={styles.flag} style={{ top: `${shown * 100}%` }}>
            {flag}
          </div>
        )}
      </div>
    </div>
  );
}
