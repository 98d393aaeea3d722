import type { AssetFilter, AssetKind, AssetState } from '../api/types.ts';
import { compact, readChoice, readChoices, readDay, readId, readText, readWhole } from '../lib/query-text.ts';
import { assetKinds, assetStates, type Orientation, orientations } from '../lib/words.ts';

/** What the address of the library says: its filters. Kinds are written with commas. */
export interface LibraryAddress {
  kind?: string | undefined;
  state?: AssetState | undefined;
  from?: string | undefined;
  to?: string | undefined;
  tag?: string | undefined;
  collection?: string | undefined;
  minRating?: number | undefined;
  orientation?: Orientation | undefined;
  camera?: string | undefined;
  trash?: true | undefined;
}

/** Reads the address; whatever does not fit is left out rather than shown as an error. */
export function readLibraryAddress(raw: Record<string, unknown>): LibraryAddress {
  return compact({
    kind: readChoices(raw, 'kind', assetKinds)?.join(','),
    state: readChoice(raw, 'state', assetStates),
    from: readDay(raw, 'from'),
    to: readDay(raw, 'to'),
    tag: readId(raw, 'tag'),
    collection: readId(raw, 'collection'),
    minRating: readWhole(raw, 'minRating', 1, 5),
    orientation: readChoice(raw, 'orientation', orientations),
    camera: readText(raw, 'camera'),
    trash: readText(raw, 'trash') === 'true' ? true : undefined,
  });
}

/** The kinds an address names. */
export function kindsOf(address: LibraryAddress): AssetKind[] {
  return (address.kind?.split(',') ?? []) as AssetKind[];
}

/** The address as the API's filter. */
export function filterOf(address: LibraryAddress): AssetFilter {
  const { kind: _, trash, ...rest } = address;
  const kinds = kindsOf(address);
  return compact({ ...rest, kind: kinds.length > 0 ? kinds : undefined, trashed: trash ? 'true' : undefined });
}

/** How many filters are set; the trash is a place, not a filter. */
export function filterCount(address: LibraryAddress): number {
  const { trash: _, ...filters } = address;
  return Object.values(filters).filter((value) => value !== undefined).length;
}
