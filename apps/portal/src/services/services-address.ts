import { compact, readText } from '../lib/query-text.ts';

/** What the address of the services says: whose details are open. */
export interface ServicesAddress {
  service?: string | undefined;
}

/** Reads the address; what makes no sense is left out. */
export function readServicesAddress(raw: Record<string, unknown>): ServicesAddress {
  return compact({ service: readText(raw, 'service', 63) });
}
