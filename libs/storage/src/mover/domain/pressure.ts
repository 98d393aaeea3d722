import { usedPercent } from '../../tiers/domain/tier.ts';
import type { ObservedTier } from './room-ledger.ts';

/** How short of room a tier is. */
export interface Pressure {
  level: 'none' | 'high' | 'critical';
  /** Bytes that must leave to come down to the low mark. */
  excessBytes: number;
}

/** Reads the marks of a tier. Want of bytes or inodes below the declared floor counts like the high mark. */
export function pressureOf({ settings, room }: ObservedTier): Pressure {
  if (!room) return { level: 'none', excessBytes: 0 };
  const used = usedPercent(room);
  const excessBytes = Math.max(0, room.totalBytes - room.freeBytes - (room.totalBytes * settings.lowPercent) / 100);
  const isShort = room.freeBytes < settings.minFreeBytes || (room.totalInodes > 0 && room.freeInodes < settings.minFreeInodes);
  if (used >= settings.criticalPercent) return { level: 'critical', excessBytes };
  if (used >= settings.highPercent || isShort)
    return { level: 'high', excessBytes: Math.max(excessBytes, settings.minFreeBytes - room.freeBytes) };
  return { level: 'none', excessBytes: 0 };
}

/** Where objects of a tier under pressure may go, nearest first: slower tiers that are ready, on a file system of their own. */
export function reliefOf(tier: ObservedTier, tiers: readonly ObservedTier[]): ObservedTier[] {
  const place = tiers.indexOf(tier);
  return tiers.slice(place + 1).filter(({ state, fileSystem }) => state === 'ready' && fileSystem !== tier.fileSystem);
}
