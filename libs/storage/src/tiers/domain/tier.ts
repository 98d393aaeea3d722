import type { TierSettings } from '#manifest';

/**
 * ready: what is declared is there. missing: the place is not there or carries no marker, as when a disk is not mounted. wrong: another
 * disk is. read-only: nothing can be written. failing: the system reports errors. Only ready tiers are a source of decisions.
 */
export const tierStates = ['ready', 'missing', 'wrong', 'read-only', 'failing'] as const;
export type TierState = (typeof tierStates)[number];

/** Room on a file system. */
export interface TierRoom {
  /** What is used and what may still be written. */
  totalBytes: number;
  /** What unprivileged processes may still write. */
  freeBytes: number;
  totalInodes: number;
  freeInodes: number;
}

/** A declared tier as it is now. */
export interface SeenTier {
  settings: TierSettings;
  state: TierState;
  /** A sentence that says why it is not ready; null where it is. */
  reason: string | null;
  /** Tells whether two tiers share a file system; null where none was found. */
  fileSystem: string | null;
  fileSystemUuid: string | null;
  fileSystemType: string | null;
  room: TierRoom | null;
}

/** Share of a file system that is used, in per cent, as `df` reckons it. */
export function usedPercent({ totalBytes, freeBytes }: Pick<TierRoom, 'totalBytes' | 'freeBytes'>): number {
  return totalBytes === 0 ? 100 : ((totalBytes - freeBytes) / totalBytes) * 100;
}

/** Groups of tiers that share a file system: moving between those of a group makes no room. */
export function sharedFileSystems(tiers: readonly SeenTier[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const { fileSystem, settings } of tiers)
    if (fileSystem !== null) groups.set(fileSystem, [...(groups.get(fileSystem) ?? []), settings.name]);
  return [...groups.values()].filter((names) => names.length > 1);
}
