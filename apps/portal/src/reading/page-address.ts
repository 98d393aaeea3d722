import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useMemo } from 'react';
import { compact } from '../lib/query-text.ts';

/** What a page keeps in the address, as `read` understands it, and the way to change it without a new entry in the history. */
export function usePageAddress<Address extends object>(
  read: (raw: Record<string, unknown>) => Address,
): [Address, (change: Partial<Address>) => void] {
  const raw = useRouterState({ select: (state) => state.location.search }) as Record<string, unknown>;
  const navigate = useNavigate();
  const address = useMemo(() => read(raw), [read, raw]);
  return [address, (change) => void navigate({ to: '.', search: compact({ ...address, ...change }) as never, replace: true })];
}
