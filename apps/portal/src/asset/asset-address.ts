import { compact, readChoice, readSeconds, readText, readWhole } from '../lib/query-text.ts';

export const assetTabs = ['about', 'text', 'tags', 'similar', 'history', 'storage'] as const;
export type AssetTab = (typeof assetTabs)[number];

/** What the address of an asset says: the open tab, where playing starts, the page of a document, the words looked for. */
export interface AssetAddress {
  tab?: AssetTab | undefined;
  t?: number | undefined;
  page?: number | undefined;
  q?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readAssetAddress(raw: Record<string, unknown>): AssetAddress {
  return compact({
    tab: readChoice(raw, 'tab', assetTabs),
    t: readSeconds(raw, 't'),
    page: readWhole(raw, 'page', 1, 100_000),
    q: readText(raw, 'q', 500),
  });
}
