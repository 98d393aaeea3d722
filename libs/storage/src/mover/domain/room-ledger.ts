import { type SeenTier, type TierRoom, usedPercent } from '../../tiers/domain/tier.ts';
import type { TierLoad } from './tier-load.ts';

/** A tier as a plan sees it. */
export interface ObservedTier extends SeenTier, TierLoad {}

/** Moves may be a little larger on another file system, and folders take room too. */
export const reserveFactor = 1.05;

interface Room extends TierRoom {
  writeBudget: number;
}

/** Room as it will be while a plan is carried out. What leaves a tier counts as free only after the plan: its file stays for a while. */
export class RoomLedger {
  readonly #rooms = new Map<string, Room>();
  readonly #tiers: Map<string, ObservedTier>;

  constructor(tiers: readonly ObservedTier[]) {
    this.#tiers = new Map(tiers.map((tier) => [tier.settings.name, tier]));
    for (const { settings, room, reservedBytes, reservedFiles, writtenTodayBytes } of tiers)
      if (room)
        this.#rooms.set(settings.name, {
          ...room,
          freeBytes: room.freeBytes - reservedBytes,
          freeInodes: room.freeInodes - reservedFiles,
          writeBudget: (settings.maxWriteBytesPerDay ?? Number.POSITIVE_INFINITY) - writtenTodayBytes,
        });
  }

  /** Why so many bytes cannot be written to a tier; undefined where they can. Only wishes of people may fill it beyond its high mark. */
  refusal(name: string, bytes: number, mayPassHigh: boolean): string | undefined {
    const tier = this.#tiers.get(name);
    const room = this.#rooms.get(name);
    if (!tier || !room) return `${name} cannot be measured`;
    const { settings } = tier;
    const freeBytes = room.freeBytes - bytes * reserveFactor;
    if (freeBytes < settings.minFreeBytes)
      return `${name} has no room: ${settings.name} keeps ${settings.minFreeBytes} bytes free`;
    // File systems that make inodes as they need them (btrfs) report none at all.
    if (room.totalInodes > 0 && room.freeInodes - 1 < settings.minFreeInodes) return `${name} has no inodes left`;
    if (!mayPassHigh && usedPercent({ ...room, freeBytes }) >= settings.highPercent) return `${name} would pass its high mark`;
    if (bytes > room.writeBudget) return `${name} has had its writes for today`;
    return undefined;
  }

  /** Notes that so many bytes will be written to a tier. */
  take(name: string, bytes: number): void {
    const room = this.#rooms.get(name);
    if (!room) return;
    room.freeBytes -= bytes * reserveFactor;
    room.freeInodes -= 1;
    room.writeBudget -= bytes;
  }
}
