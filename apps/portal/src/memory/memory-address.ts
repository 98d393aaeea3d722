import { compact, readText } from '../lib/query-text.ts';

/** Limits of a workload that can be tried, in MiB. */
export const limitKinds = ['memoryMinMb', 'memoryHighMb', 'memoryMaxMb'] as const;
export type LimitKind = (typeof limitKinds)[number];

/** Values by `workload.limit`. */
export type TriedLimits = Readonly<Record<string, number>>;

/** What the address of the memory says: which limits are tried, as `video.memoryHighMb:30000`. */
export interface MemoryAddress {
  try?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readMemoryAddress(raw: Record<string, unknown>): MemoryAddress {
  return compact({ try: writeTriedLimits(readTriedLimits(readText(raw, 'try', 4000))) });
}

/** Limits out of `video.memoryHighMb:30000,…`. */
export function readTriedLimits(text: string | undefined): TriedLimits {
  const entries = (text ?? '').split(',').flatMap((entry) => {
    const [, key, value] = /^([a-z][a-z0-9-]{0,30}\.memory(?:Min|High|Max)Mb):(\d{1,9})$/.exec(entry) ?? [];
    return key === undefined ? [] : [[key, Number(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** The other way round; undefined where nothing is tried. */
export function writeTriedLimits(tried: TriedLimits): string | undefined {
  const entries = Object.entries(tried).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}:${value}`).join(',') || undefined;
}
