import { useEffect, useRef, useState } from 'react';

const settleMs = 120;

/**
 * Whether a hint is open. Scrolling closes hints, for they would hang in the wrong place; but the focus itself scrolls to what lies beyond
 * the edge, so a hint that came with the focus comes back once the scrolling rests.
 */
export function useHintOpen(): { isOpen: boolean; onOpenChange: (isOpen: boolean) => void } {
  const [isOpen, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!isOpen) return;
    const focused = document.activeElement;
    // One that opened under the pointer stays closed: what has the focus meanwhile is something else.
    if (!isExplainedByHint(focused)) return;
    const comeBack = () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(
        () => setOpen(document.activeElement === focused && focused.matches(':focus-visible')),
        settleMs,
      );
    };
    addEventListener('scroll', comeBack, true);
    return () => removeEventListener('scroll', comeBack, true);
  }, [isOpen]);
  const onOpenChange = (wished: boolean) => {
    if (wished) clearTimeout(timer.current);
    setOpen(wished);
  };
  return { isOpen, onOpenChange };
}

function isExplainedByHint(element: Element | null): element is Element {
  const ids = element?.getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.some((id) => document.getElementById(id)?.getAttribute('role') === 'tooltip');
}
