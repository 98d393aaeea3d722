import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LibraryData } from '../library/library-data.ts';
import { ScrollPosition } from './scroll-position.ts';

/** React works whenever so many pixels have gone by; the browser scrolls at its own rate between. */
export const windowStep = 240;
const fastPixelsPerMs = 4;
const calmMs = 90;

/** The scroll position in steps for React, and in full for whoever follows each frame. */
export function useScrollWindow(scroller: RefObject<HTMLDivElement | null>, data: LibraryData) {
  const [from, setFrom] = useState(() => stepOf(data.scrollTop));
  const [fast, setFast] = useState(false);
  const [position] = useState(() => new ScrollPosition());
  const last = useRef({ top: 0, at: 0 });
  const calm = useRef<ReturnType<typeof setTimeout>>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = data.scrollTop;
    last.current = { top: element.scrollTop, at: performance.now() };
    position.move(element.scrollTop);
    setFrom(stepOf(element.scrollTop));
  }, [data, scroller, position]);
  useEffect(() => () => clearTimeout(calm.current), []);
  const onScroll = useCallback(() => {
    const top = scroller.current?.scrollTop ?? 0;
    const now = performance.now();
    const speed = Math.abs(top - last.current.top) / Math.max(1, now - last.current.at);
    last.current = { top, at: now };
    data.scrollTop = top;
    position.move(top);
    setFrom(stepOf(top));
    if (speed <= fastPixelsPerMs && calm.current === undefined) return;
    if (speed > fastPixelsPerMs) setFast(true);
    clearTimeout(calm.current);
    calm.current = setTimeout(() => {
      calm.current = undefined;
      setFast(false);
    }, calmMs);
  }, [data, scroller, position]);
  return { from, fast, position, onScroll };
}

function stepOf(top: number): number {
  return Math.floor(top / windowStep) * windowStep;
}
