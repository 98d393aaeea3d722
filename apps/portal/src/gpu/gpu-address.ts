import { readTriedValues, writeTriedValues } from '../changes/tried-values.ts';
import { compact, readText } from '../lib/query-text.ts';

/** Numbers of a share that can be tried. */
export const shareKinds = ['gpuPercent', 'gpuMemoryMb', 'gpuProcesses', 'encoderSessions'] as const;
export type ShareKind = (typeof shareKinds)[number];

/** Keys of shares: `ml.gpuPercent`, of the second declared card `ml.gpuPercent2`. */
export const shareKeys = new RegExp(`^[a-z][a-z0-9-]{0,30}\\.(?:${shareKinds.join('|')})\\d{0,2}$`);

/** What the address of the graphics cards says: which shares are tried, as `ml.gpuPercent:60`. */
export interface GpuAddress {
  try?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readGpuAddress(raw: Record<string, unknown>): GpuAddress {
  return compact({ try: writeTriedValues(readTriedValues(readText(raw, 'try', 4000), shareKeys)) });
}
