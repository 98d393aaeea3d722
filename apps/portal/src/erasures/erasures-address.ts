import { compact, readId } from '../lib/query-text.ts';

/** What the address of the page says: the erasure whose details are open. */
export interface ErasuresAddress {
  erasure?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readErasuresAddress(raw: Record<string, unknown>): ErasuresAddress {
  return compact({ erasure: readId(raw, 'erasure') });
}
