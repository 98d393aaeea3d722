const restMs = 160;
/** Elements that wait to be looked at while nothing scrolls, each with what to do then. */
const waiting = new Map<Element, () => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let listening = false;

/** Calls back once the element has been in the window while nothing scrolled. Returns the way to stop waiting. */
export function onceLookedAt(element: Element, listener: () => void): () => void {
  waiting.set(element, listener);
  listen();
  timer ??= setTimeout(tellVisible, restMs);
  return () => waiting.delete(element);
}

function listen(): void {
  if (listening) return;
  listening = true;
  addEventListener('scroll', restart, { capture: true, passive: true });
  addEventListener('resize', restart);
}

function restart(): void {
  if (waiting.size === 0) return;
  clearTimeout(timer);
  timer = setTimeout(tellVisible, restMs);
}

/** Measures all first, then tells: no layout is forced in between. */
function tellVisible(): void {
  timer = undefined;
  const visible = [...waiting].filter(([element]) => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  });
  for (const [element, listener] of visible) {
    waiting.delete(element);
    listener();
  }
}
