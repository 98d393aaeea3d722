import type { SearchReason } from '../api/types.ts';

/** Reasons that lead to a moment, each moment once, in the order of time. */
export function momentsOf(reasons: readonly SearchReason[]): SearchReason[] {
  const seen = new Set<number>();
  return reasons
    .filter((reason) => reason.atSeconds !== null && !seen.has(reason.atSeconds) && seen.add(reason.atSeconds))
    .sort((a, b) => (a.atSeconds ?? 0) - (b.atSeconds ?? 0));
}
