import type { SavedSearch, SearchRequest } from '../api/types.ts';
import { compact, readChoice, readChoices, readDay, readId, readIds, readText, readWhole } from '../lib/query-text.ts';
import { assetKinds, type Orientation, orientations } from '../lib/words.ts';

export const searchSorts = ['relevance', 'newest', 'oldest', 'name', 'size'] as const;
export type SearchSort = (typeof searchSorts)[number];

/** What the address of the search page says. Lists are written with commas; cameras may contain any, so there is one. */
export interface SearchAddress {
  q?: string | undefined;
  like?: string | undefined;
  kind?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  place?: string | undefined;
  camera?: string | undefined;
  orientation?: Orientation | undefined;
  tags?: string | undefined;
  collection?: string | undefined;
  minRating?: number | undefined;
  sort?: Exclude<SearchSort, 'relevance'> | undefined;
}

type SavedQuery = SavedSearch['query'];

/** Reads the address; whatever does not fit is left out. */
export function readSearchAddress(raw: Record<string, unknown>): SearchAddress {
  const sort = readChoice(raw, 'sort', searchSorts);
  return compact({
    q: readText(raw, 'q', 500),
    like: readId(raw, 'like'),
    kind: readChoices(raw, 'kind', assetKinds)?.join(','),
    from: readDay(raw, 'from'),
    to: readDay(raw, 'to'),
    place: readText(raw, 'place'),
    camera: readText(raw, 'camera'),
    orientation: readChoice(raw, 'orientation', orientations),
    tags: readIds(raw, 'tags')?.join(','),
    collection: readId(raw, 'collection'),
    minRating: readWhole(raw, 'minRating', 1, 5),
    sort: sort === 'relevance' ? undefined : sort,
  });
}

/** Whether the address asks anything at all. */
export function asksAnything(address: SearchAddress): boolean {
  const { sort: _, ...rest } = address;
  return Object.values(rest).some((value) => value !== undefined);
}

/** The address as the API's request. */
export function requestOf(address: SearchAddress): SearchRequest {
  return {
    text: address.q ?? '',
    ...(address.like ? { similarTo: address.like } : {}),
    filters: compact({
      kinds: address.kind?.split(',') as NonNullable<SearchRequest['filters']>['kinds'],
      from: address.from,
      to: address.to,
      place: address.place,
      cameras: address.camera ? [address.camera] : undefined,
      orientations: address.orientation ? [address.orientation] : undefined,
      tagIds: address.tags?.split(','),
      collectionId: address.collection,
      minRating: address.minRating,
    }),
    sort: address.sort ?? 'relevance',
  };
}

/** A saved or remembered query as an address. */
export function addressOf(query: SavedQuery): SearchAddress {
  const { filters } = query;
  return compact({
    q: query.text || undefined,
    like: query.similarTo,
    kind: filters.kinds?.join(','),
    from: filters.from,
    to: filters.to,
    place: filters.place,
    camera: filters.cameras?.[0],
    orientation: filters.orientations?.[0],
    tags: filters.tagIds?.join(','),
    collection: filters.collectionId,
    minRating: filters.minRating,
    sort: query.sort === 'relevance' ? undefined : query.sort,
  });
}

/** A comma-written list with one entry added or taken out; undefined when empty. */
export function toggleInList(list: string | undefined, entry: string): string | undefined {
  const entries = list?.split(',') ?? [];
  const changed = entries.includes(entry) ? entries.filter((other) => other !== entry) : [...entries, entry];
  return changed.length > 0 ? changed.join(',') : undefined;
}
