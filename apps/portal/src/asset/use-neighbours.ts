import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { browseContext } from '../lib/browse.ts';
import { isTyping, useShortcuts } from '../lib/shortcuts.ts';

/** Where an asset stands in the list it was opened from. */
export interface Neighbours {
  back: { title: string; href: string } | undefined;
  index: number;
  total: number;
  previous: (() => void) | undefined;
  next: (() => void) | undefined;
}

/** The assets before and after in the list this one was opened from, and the keys that lead there. */
export function useNeighbours(id: string): Neighbours {
  const navigate = useNavigate();
  const context = browseContext();
  const index = context?.indexOf(id) ?? -1;
  const total = context?.total() ?? 0;
  const [around, setAround] = useState<{ previous?: string | undefined; next?: string | undefined }>({});
  useEffect(() => {
    let gone = false;
    setAround({});
    if (!context || index < 0) return;
    void Promise.all([
      index > 0 ? context.idAt(index - 1) : undefined,
      index < total - 1 ? context.idAt(index + 1) : undefined,
    ]).then(([previous, next]) => {
      if (!gone) setAround({ previous, next });
    });
    return () => {
      gone = true;
    };
  }, [context, index, total]);
  const go = (to: string | undefined) =>
    to === undefined
      ? undefined
      : () =>
          void navigate({
            to: '/assets/$assetId',
            params: { assetId: to },
            search: (before) => ({ tab: 'tab' in before ? before.tab : undefined }),
            replace: true,
          });
  const previous = go(around.previous);
  const next = go(around.next);
  useShortcuts((event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isTyping(event.target) ||
      (event.target as HTMLElement).closest?.('[role=tab],[role=slider],[role=radio]')
    )
      return;
    if (event.key === 'ArrowLeft') previous?.();
    if (event.key === 'ArrowRight') next?.();
  });
  return { back: context && { title: context.title, href: context.href }, index, total, previous, next };
}
