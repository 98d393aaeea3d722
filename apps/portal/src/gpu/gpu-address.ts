import { compact, readText } from '../lib/query-text.ts';

/** Numbers of a share that can be tried. */
export const shareKinds = ['gpuPercent', 'gpuMemoryMb', 'gpuProcesses', 'encoderSessions'] as const;
export type ShareKind = (typeof shareKinds)[number];

/** Values by their names: `ml.gpuPercent`, of the second declared card `ml.gpuPercent2`. */
export type TriedShares = Readonly<Record<string, number>>;

/** What the address of the graphics cards says: which shares are tried, as `ml.gpuPercent:60`. */
export interface GpuAddress {
  try?: string | undefined;
}

const entry = new RegExp(`^([a-z][a-z0-9-]{0,30}\\.(?:${shareKinds.join('|')})\\d{0,2}):(\\d{1,8})$`);

/** Reads the address; whatever does not fit is left out. */
export function readGpuAddress(raw: Record<string, unknown>): GpuAddress {
  return compact({ try: writeTriedShares(readTriedShares(readText(raw, 'try', 4000))) });
}

/** Shares out of `ml.gpuPercent:60,…`. */
export function readTriedShares(text: string | undefined): TriedShares {
  const entries = (text ?? '').split(',').flatMap((part) => {
    const [, key, value] = entry.exec(part) ?? [];
    return key === undefined ? [] : [[key, Number(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** The other way round; undefined where nothing is tried. */
export function writeTriedShares(tried: TriedShares): string | undefined {
  const entries = Object.entries(tried).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}:${value}`).join(',') || undefined;
}
