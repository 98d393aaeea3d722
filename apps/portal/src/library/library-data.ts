import { api, ask } from '../api/client.ts';
import { live } from '../api/live.ts';
import type { AssetFilter, Tile, TimelineMonth } from '../api/types.ts';
import { gather } from '../lib/gather.ts';
import { onSessionEnd } from '../session/session-end.ts';
import {
  fillPart,
  type Month,
  makeMonth,
  type Part,
  type PlacedPart,
  partsBetween,
  recount,
  resizeMonth,
  tileIn,
} from './month-parts.ts';
import { withinMonth } from './month-range.ts';

/** A window full at first, more at a time afterwards. */
const firstPageSize = 100;
const pageSize = 250;
const refreshMs = 1500;

interface Home {
  month: Month;
  part: Part;
}

/**
 * The library under one filter: months from the timeline, each filled part by part as it comes into sight. It is the one cache
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
  private readonly homes = new Map<string, Home>();
  private readonly loading = new Map<Part, Promise<void>>();
  private readonly listeners = new Set<() => void>();
  private readonly hushes: (() => void)[];
  private readonly refreshSoon = gather<Home>(refreshMs, (homes) => {
    for (const { month, part } of new Map([...homes].map((home) => [home.part, home])).values()) void this.refresh(month, part);
  });

  constructor(filter: AssetFilter) {
    this.filter = filter;
    this.hushes = [
      live.on('asset.changed', ({ id, version }) => this.heard(id, version)),
      live.on('assets.removed', () => this.markStale()),
      live.onGap(() => this.markStale()),
    ];
  }

  /** Stops listening: nobody will look at it again. */
  close(): void {
    for (const hush of this.hushes) hush();
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
      const month = before.get(key) ?? makeMonth(key, count);
      if (month.count !== count) resizeMonth(month, count);
      this.byKey.set(key, month);
      return month;
    });
    this.changed();
  }

  /** Makes sure that the assets `from` to `to` (exclusive) of a month are there. Errors are kept on their part and shown there. */
  async want(key: string, from: number, to: number): Promise<void> {
    const month = this.byKey.get(key);
    if (!month) return;
    const lacks = ({ part, first }: PlacedPart) =>
      this.holds(month, part) &&
      part.tiles.length < Math.min(to - first, part.count) &&
      part.nextCursor !== null &&
      !part.error;
    for (const placed of partsBetween(month, from, to)) {
      const { part } = placed;
      while (lacks(placed)) await (this.loading.get(part) ?? this.track(part, this.loadPage(month, part)));
    }
  }

  private holds(month: Month, part: Part): boolean {
    return this.byKey.get(month.key) === month && month.parts.includes(part);
  }

  /** Tries a part of a month again that could not be read. */
  retry(key: string, index: number): void {
    const part = this.byKey.get(key)?.parts[index];
    if (!part) return;
    part.error = undefined;
    this.changed();
  }

  /** The tile with an index in the whole library, if loaded. */
  tileAt(index: number): Tile | undefined {
    const place = this.placeOf(index);
    return place && tileIn(place.month, place.inside);
  }

  /** The same, loading what is needed. */
  async loadTileAt(index: number): Promise<Tile | undefined> {
    const place = this.placeOf(index);
    if (!place) return undefined;
    await this.want(place.month.key, place.inside, place.inside + 1);
    return tileIn(place.month, place.inside);
  }

  /** Index of a loaded asset in the whole library, -1 when it is not loaded. */
  indexOf(id: string): number {
    const home = this.homes.get(id);
    const inside = home?.part.tiles.findIndex((tile) => tile.id === id) ?? -1;
    if (!home || inside < 0) return -1;
    let before = 0;
    for (const month of this.months) {
      const placed = month === home.month && partsBetween(month, 0, month.count).find(({ part }) => part === home.part);
      if (placed) return before + placed.first + inside;
      before += month.count;
    }
    return -1;
  }

  /** The aspect ratios of a month, by place in it; 1 where not loaded. */
  ratiosOf(section: number): (index: number) => number {
    const month = this.months[section];
    return (index) => (month && tileIn(month, index)?.aspectRatio) ?? 1;
  }

  /** Takes assets out at once, before the server's own news arrive. */
  remove(ids: ReadonlySet<string>): void {
    const homes = new Map([...ids].flatMap((id) => this.homes.get(id) ?? []).map((home) => [home.part, home]));
    for (const { month, part } of homes.values()) {
      const tiles = part.tiles.filter((tile) => !ids.has(tile.id));
      part.count -= part.tiles.length - tiles.length;
      this.total -= part.tiles.length - tiles.length;
      fillPart(part, tiles);
      recount(month);
    }
    for (const id of ids) this.homes.delete(id);
    this.months = this.months.filter((month) => month.count > 0);
    this.changed();
  }

  /** Reads outdated parts again among those in sight. */
  freshen(key: string, from: number, to: number): void {
    const month = this.byKey.get(key);
    if (!month) return;
    for (const { part } of partsBetween(month, from, to)) if (part.stale) this.refreshSoon({ month, part });
  }

  /** Marks everything as possibly outdated; what is in sight is read again soon. */
  private markStale(): void {
    for (const month of this.months) for (const part of month.parts) part.stale = part.tiles.length > 0;
    this.changed();
  }

  private placeOf(index: number): { month: Month; inside: number } | undefined {
    let inside = index;
    for (const month of this.months) {
      if (inside < month.count) return { month, inside };
      inside -= month.count;
    }
    return undefined;
  }

  private heard(id: string, version: number): void {
    const home = this.homes.get(id);
    const tile = home?.part.tiles.find((candidate) => candidate.id === id);
    if (!home || !tile || tile.version >= version) return;
    home.part.stale = true;
    if (this.listeners.size > 0) this.refreshSoon(home);
  }

  private async loadPage(month: Month, part: Part): Promise<void> {
    const page = await this.fetchPage(month, part, part.nextCursor ?? undefined, part.count - part.tiles.length);
    this.take(month, part, [...part.tiles, ...page.items], page.nextCursor);
  }

  /** Reads as many again as were loaded, then swaps them in together. */
  private async refresh(month: Month, part: Part): Promise<void> {
    await this.loading.get(part);
    if (!part.stale || !this.holds(month, part)) return;
    const wanted = Math.max(1, Math.min(part.tiles.length, part.count));
    part.stale = false;
    await this.track(
      part,
      (async () => {
        const tiles: Tile[] = [];
        let cursor: string | null | undefined;
        do {
          const page = await this.fetchPage(month, part, cursor ?? undefined, wanted - tiles.length);
          tiles.push(...page.items);
          cursor = page.nextCursor;
        } while (cursor !== null && tiles.length < wanted);
        this.take(month, part, tiles, cursor);
      })(),
    );
  }

  /** A page of a part: after a cursor, else from the part's beginning. */
  private fetchPage(month: Month, part: Part, cursor: string | undefined, most: number) {
    const first = partsBetween(month, 0, month.count).find((placed: PlacedPart) => placed.part === part)?.first ?? 0;
    const limit = Math.min(most, first === 0 && !cursor ? firstPageSize : pageSize);
    const start = cursor ? { cursor } : first > 0 ? { skip: first } : {};
    return ask(api.GET('/api/v1/assets', { params: { query: { ...withinMonth(this.filter, month.key), limit, ...start } } }));
  }

  private async track(part: Part, work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: unknown) => {
        part.error = error;
      })
      .finally(() => {
        this.loading.delete(part);
        this.changed();
      });
    this.loading.set(part, tracked);
    await tracked;
  }

  /** The last page of a month tells how many there really are; the timeline may be a moment older. */
  private take(month: Month, part: Part, tiles: Tile[], nextCursor: string | null): void {
    // What was asked for may be gone by the time it is answered: nobody counts it any more.
    if (!this.holds(month, part)) return;
    part.nextCursor = nextCursor;
    fillPart(part, tiles);
    for (const tile of tiles) this.homes.set(tile.id, { month, part });
    if (nextCursor !== null) return;
    const before = month.count;
    part.count = tiles.length;
    month.parts = month.parts.slice(0, month.parts.indexOf(part) + 1);
    recount(month);
    this.total += month.count - before;
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
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) {
    kept.get(oldest)?.close();
    kept.delete(oldest);
  }
  return data;
}

/** Forgets all of it, at the end of a session. */
onSessionEnd(() => {
  for (const data of kept.values()) data.close();
  kept.clear();
});
