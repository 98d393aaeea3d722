import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react';

const heldMs = 450;
/** A finger is never quite still. */
const tremblePixels = 10;

/** The index of the tile that an event happened on, if any. */
function indexOf(target: EventTarget): number | undefined {
  const index = target instanceof Element ? target.closest('[data-index]')?.getAttribute('data-index') : undefined;
  return index ? Number(index) : undefined;
}

/** A finger that rests on a tile selects it, where there is no pointer to show the tick. To be spread over the grid. */
export function useLongPress(onHold: (index: number) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const held = useRef(false);
  const end = () => clearTimeout(timer.current);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    onPointerDown: (event: PointerEvent) => {
      held.current = false;
      const index = event.pointerType === 'touch' ? indexOf(event.target) : undefined;
      if (index === undefined) return;
      start.current = { x: event.clientX, y: event.clientY };
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        held.current = true;
        onHold(index);
      }, heldMs);
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      if (Math.hypot(clientX - start.current.x, clientY - start.current.y) > tremblePixels) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    // The browser's own menu for links, and the press that ends the hold, would both lead elsewhere.
    onContextMenu: (event: MouseEvent) => held.current && event.preventDefault(),
    onClickCapture: (event: MouseEvent) => {
      if (!held.current) return;
      held.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
