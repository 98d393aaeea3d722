import { readTriedValues, writeTriedValues } from '../changes/tried-values.ts';
import { compact, readText } from '../lib/query-text.ts';

/** Limits of a workload that can be tried, in MiB. */
export const limitKinds = ['memoryMinMb', 'memoryHighMb', 'memoryMaxMb'] as const;
export type LimitKind = (typeof limitKinds)[number];

/** Keys of limits: `video.memoryHighMb`. */
export const limitKeys = new RegExp(`^[a-z][a-z0-9-]{0,30}\\.(?:${limitKinds.join('|')})$`);

/** What the address of the memory says: which limits are tried, as `video.memoryHighMb:30000`. */
export interface MemoryAddress {
  try?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readMemoryAddress(raw: Record<string, unknown>): MemoryAddress {
  return compact({ try: writeTriedValues(readTriedValues(readText(raw, 'try', 4000), limitKeys)) });
}
