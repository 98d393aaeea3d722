import { type PointerEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { actualScale, fitted, greatestScale, keepInFrame, type Size, type View, zoomAt } from './zoom.ts';

/** Zooming and dragging of a picture in a frame by wheel, pointer, pinch and keys. */
export function useZoom(frame: RefObject<HTMLElement | null>, picture: Size) {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [view, setView] = useState<View>(fitted);
  const [dragging, setDragging] = useState(false);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);

  const change = useCallback(
    (next: (view: View) => View) => setView((before) => keepInFrame(next(before), picture, size)),
    [picture, size],
  );
  const zoomBy = useCallback(
    (factor: number, x = 0, y = 0) => change((before) => zoomAt(before, factor, x, y, greatestScale(picture, size))),
    [change, picture, size],
  );
  const fitFrame = useCallback(() => setView(fitted), []);
  const actual = useCallback(
    (x = 0, y = 0) =>
      change((before) => zoomAt(before, actualScale(picture, size) / before.scale, x, y, greatestScale(picture, size))),
    [change, picture, size],
  );

  // React listens to wheels passively, which cannot keep the page from zooming.
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoomBy(1.0015 ** -event.deltaY, event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [frame, zoomBy]);

  const fromCentre = (event: PointerEvent): [number, number] => {
    const box = frame.current?.getBoundingClientRect();
    return box ? [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2] : [0, 0];
  };

  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || (event.target as HTMLElement).closest('button')) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      moved.current = 0;
      setDragging(true);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      pointers.current.set(event.pointerId, now);
      moved.current += Math.hypot(now.x - before.x, now.y - before.y);
      if (other) {
        const factor =
          Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
        zoomBy(factor, ...fromCentre(event));
      } else change((view) => ({ ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y }));
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      if (!pointers.current.delete(event.pointerId)) return;
      setDragging(pointers.current.size > 0);
      // A press that did not move is a click: in to its own pixels, or out again.
      if (moved.current < 4 && event.pointerType === 'mouse')
        view.scale > 1.01 ? fitFrame() : zoomBy(Math.max(2, actualScale(picture, size)), ...fromCentre(event));
    },
    onPointerCancel: (event: PointerEvent<HTMLElement>) => {
      pointers.current.delete(event.pointerId);
      setDragging(false);
    },
  };
  return { view, size, dragging, zoomBy, fitFrame, actual, change, handlers };
}
