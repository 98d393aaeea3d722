import { compact, readText } from '../lib/query-text.ts';

/** What the address of the configuration says: which generation's change is open. */
export interface ConfigurationAddress {
  generation?: number | undefined;
}

/** Reads the address; what makes no sense is left out. */
export function readConfigurationAddress(raw: Record<string, unknown>): ConfigurationAddress {
  const number = Number(raw.generation ?? readText(raw, 'generation', 9));
  return compact({ generation: Number.isInteger(number) && number > 0 ? number : undefined });
}
