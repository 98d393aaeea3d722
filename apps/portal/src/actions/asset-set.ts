/** Assets that something is to be done with: picked one by one, or all that a filter leaves, which are read only when it begins. */
export interface AssetSet {
  count: number;
  /** Their ids; how many are known so far is told on the way. */
  read(onRead: (known: number) => void, signal: AbortSignal): Promise<readonly string[]>;
}

/** Assets that are known already. */
export function these(ids: readonly string[]): AssetSet {
  return { count: ids.length, read: async () => ids };
}
