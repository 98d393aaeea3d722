import { api, ask } from '../api/client.ts';
import { live } from '../api/live.ts';
import type { AssetFilter, Tile, TimelineMonth } from '../api/types.ts';
import { gather } from '../lib/gather.ts';
import { withinMonth } from './month-range.ts';

/** One month of a filtered library: its tiles so far, newest first. */
export interface Month {
  key: string;
  count: number;
  tiles: Tile[];
  /** Aspect ratios of `tiles`; a new array whenever they change. */
  ratios: Float32Array;
  /** Where the next page begins; null at the end, undefined before the first page. */
  nextCursor: string | null | undefined;
  stale: boolean;
  error: unknown;
}

/** A window full at first, more at a time afterwards. */
const firstPageSize = 100;
const pageSize = 250;
const refreshMs = 1500;
const nothing = new Float32Array(0);

/**
 * The library under one filter: months from the timeline, each filled page by page as it comes into sight. It is the one cache
 * beside the query cache, because a hundred thousand tiles are appended to and patched, never replaced as a whole.
 */
export class LibraryData {
  readonly filter: AssetFilter;
  months: Month[] = [];
  total = 0;
  ready = false;
  /** Grows with every change: what the grid watches. */
  version = 0;
  /** Where the grid was left. */
  scrollTop = 0;
  private readonly byKey = new Map<string, Month>();
  private readonly monthOf = new Map<string, Month>();
  private readonly loading = new Map<Month, Promise<void>>();
  private readonly listeners = new Set<() => void>();
  private readonly refreshSoon = gather<Month>(refreshMs, (months) => {
    for (const month of months) void this.refresh(month);
  });

  constructor(filter: AssetFilter) {
    this.filter = filter;
    live.on('asset.changed', ({ id, version }) => this.heard(id, version));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): number => this.version;

  /** Takes the timeline over. Months that changed in size are read again when next seen, and keep their tiles until then. */
  setTimeline(timeline: { total: number; months: readonly TimelineMonth[] }): void {
    this.total = timeline.total;
    this.ready = true;
    const before = new Map(this.byKey);
    this.byKey.clear();
    this.months = timeline.months.map(({ month: key, count }) => {
      const known = before.get(key);
      if (known && known.count !== count) {
        known.count = count;
        known.stale = known.tiles.length > 0;
        if (known.stale && this.listeners.size > 0) this.refreshSoon(known);
      }
      const month = known ?? { key, count, tiles: [], ratios: nothing, nextCursor: undefined, stale: false, error: undefined };
      this.byKey.set(key, month);
      return month;
    });
    this.changed();
  }

  /** Makes sure that a month is loaded up to its `upTo`-th asset. Errors are kept on the month and shown there. */
  async want(key: string, upTo: number): Promise<void> {
    const month = this.byKey.get(key);
    if (!month || month.error) return;
    while (month.tiles.length < Math.min(upTo, month.count) && month.nextCursor !== null && !month.error)
      await (this.loading.get(month) ?? this.track(month, this.loadPage(month)));
  }

  /** Tries a month again that could not be read. */
  retry(key: string): void {
    const month = this.byKey.get(key);
    if (!month) return;
    month.error = undefined;
    this.changed();
    void this.want(key, month.tiles.length + 1);
  }

  /** The tile with an index in the whole library, if loaded. */
  tileAt(index: number): Tile | undefined {
    let first = 0;
    for (const month of this.months) {
      if (index < first + month.count) return month.tiles[index - first];
      first += month.count;
    }
    return undefined;
  }

  /** The same, loading what is needed. */
  async loadTileAt(index: number): Promise<Tile | undefined> {
    let first = 0;
    for (const month of this.months) {
      if (index < first + month.count) {
        await this.want(month.key, index - first + 1);
        return month.tiles[index - first];
      }
      first += month.count;
    }
    return undefined;
  }

  /** Index of a loaded asset in the whole library, -1 when it is not loaded. */
  indexOf(id: string): number {
    const home = this.monthOf.get(id);
    if (!home) return -1;
    let first = 0;
    for (const month of this.months) {
      if (month === home) {
        const inside = month.tiles.findIndex((tile) => tile.id === id);
        return inside < 0 ? -1 : first + inside;
      }
      first += month.count;
    }
    return -1;
  }

  /** Takes assets out at once, before the server's own news arrive. */
  remove(ids: ReadonlySet<string>): void {
    const homes = new Set([...ids].map((id) => this.monthOf.get(id)).filter((month) => month !== undefined));
    for (const month of homes) {
      const tiles = month.tiles.filter((tile) => !ids.has(tile.id));
      const gone = month.tiles.length - tiles.length;
      month.count -= gone;
      this.total -= gone;
      this.fill(month, tiles);
    }
    for (const id of ids) this.monthOf.delete(id);
    this.months = this.months.filter((month) => month.count > 0);
    this.changed();
  }

  /** Marks everything as possibly outdated; what is in sight is read again soon. */
  markStale(): void {
    for (const month of this.months) {
      if (month.tiles.length === 0) continue;
      month.stale = true;
    }
  }

  /** Reads a month again if it is outdated: called for those in sight. */
  freshen(key: string): void {
    const month = this.byKey.get(key);
    if (month?.stale) this.refreshSoon(month);
  }

  private heard(id: string, version: number): void {
    const month = this.monthOf.get(id);
    const tile = month?.tiles.find((candidate) => candidate.id === id);
    if (!month || !tile || tile.version >= version) return;
    month.stale = true;
    if (this.listeners.size > 0) this.refreshSoon(month);
  }

  private async loadPage(month: Month): Promise<void> {
    const page = await this.fetchPage(month.key, month.nextCursor ?? undefined);
    month.nextCursor = page.nextCursor;
    this.fill(month, [...month.tiles, ...page.items]);
    if (page.nextCursor === null) this.settleCount(month);
  }

  /** Reads as many pages again as were loaded, then swaps them in together. */
  private async refresh(month: Month): Promise<void> {
    await this.loading.get(month);
    if (!month.stale || this.byKey.get(month.key) !== month) return;
    const wanted = month.tiles.length;
    month.stale = false;
    await this.track(
      month,
      (async () => {
        const tiles: Tile[] = [];
        let cursor: string | null | undefined;
        do {
          const page = await this.fetchPage(month.key, cursor ?? undefined);
          tiles.push(...page.items);
          cursor = page.nextCursor;
        } while (cursor !== null && tiles.length < wanted);
        month.nextCursor = cursor;
        this.fill(month, tiles);
        if (cursor === null) this.settleCount(month);
      })(),
    );
  }

  private fetchPage(month: string, cursor: string | undefined) {
    const query = {
      ...withinMonth(this.filter, month),
      limit: cursor ? pageSize : firstPageSize,
      ...(cursor ? { cursor } : {}),
    };
    return ask(api.GET('/api/v1/assets', { params: { query } }));
  }

  private async track(month: Month, work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: unknown) => {
        month.error = error;
      })
      .finally(() => {
        this.loading.delete(month);
        this.changed();
      });
    this.loading.set(month, tracked);
    await tracked;
  }

  private fill(month: Month, tiles: Tile[]): void {
    month.tiles = tiles;
    month.ratios = Float32Array.from(tiles, (tile) => tile.aspectRatio);
    for (const tile of tiles) this.monthOf.set(tile.id, month);
  }

  /** The last page tells how many there really are; the timeline may be a moment older. */
  private settleCount(month: Month): void {
    this.total += month.tiles.length - month.count;
    month.count = month.tiles.length;
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

const kept = new Map<string, LibraryData>();
const most = 6;

/** The data of a filter; the last few are kept, so that coming back finds the grid as it was left. */
export function libraryData(filter: AssetFilter): LibraryData {
  const key = JSON.stringify(filter);
  const data = kept.get(key) ?? new LibraryData(filter);
  kept.delete(key);
  kept.set(key, data);
  if (kept.size > most) kept.delete(kept.keys().next().value as string);
  return data;
}

/** Forgets all of it, at the end of a session. */
export function forgetLibraryData(): void {
  kept.clear();
}
