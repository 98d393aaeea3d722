/** The list an asset was opened from, so that its page can lead to the one before and after. */
export interface BrowseContext {
  /** Name of the list, for "back to". */
  title: string;
  /** Address to go back to. */
  href: string;
  total: () => number;
  indexOf: (assetId: string) => number;
  idAt: (index: number) => Promise<string | undefined>;
}

let context: BrowseContext | undefined;

/** Remembers the list that assets are opened from. */
export function setBrowseContext(next: BrowseContext | undefined): void {
  context = next;
}

/** The list the shown asset was opened from, if the page was not opened by its address. */
export function browseContext(): BrowseContext | undefined {
  return context;
}
