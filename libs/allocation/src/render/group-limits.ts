import type { UnitFile } from './unit-files.ts';

/** What a slice has of the machine beside CPUs. Memory in bytes; null: no limit. */
export interface GroupLimits {
  memoryMin: number;
  memoryHigh: number | null;
  memoryMax: number | null;
  cpuWeight: number;
  ioWeight: number;
}

/** Of a slice that nobody limits. */
export const noLimits: GroupLimits = { memoryMin: 0, memoryHigh: null, memoryMax: null, cpuWeight: 100, ioWeight: 100 };
/** Every limit, by the name that systemd has for it. */
export const limitNames = {
  memoryMin: 'MemoryMin',
  memoryHigh: 'MemoryHigh',
  memoryMax: 'MemoryMax',
  cpuWeight: 'CPUWeight',
  ioWeight: 'IOWeight',
} as const satisfies Record<keyof GroupLimits, string>;
export type LimitKey = keyof GroupLimits;
export const limitKeys = Object.keys(limitNames) as LimitKey[];

const bytesPerMb = 1_048_576;
/** The workloads' slices, and the one that they are all in. */
const ownSlice = /^holdfast(-.+)?\.slice(\.d\/[^/]+)?$/;

/** Limits that unit files give, by the name of the slice; what a file does not say is as nobody limits it. */
export function limitsOfUnits(files: readonly UnitFile[]): Record<string, GroupLimits> {
  const own = files.filter(({ path }) => ownSlice.test(path));
  return Object.fromEntries(own.map(({ path, text }) => [path.replace(/\.d\/.*$/, ''), limitsOf(text)]));
}

function limitsOf(text: string): GroupLimits {
  const limits = { ...noLimits };
  for (const key of limitKeys) {
    const [, count, unit] = new RegExp(`^${limitNames[key]}=(\\d+)(M?)$`, 'm').exec(text) ?? [];
    if (count !== undefined) limits[key] = Number(count) * (unit === 'M' ? bytesPerMb : 1);
  }
  return limits;
}

/** A limit as systemd reads and people know it: `4096M`, `infinity`, `100`. */
export function formatLimit(key: LimitKey, value: number | null): string {
  if (value === null) return 'infinity';
  if (!key.startsWith('memory') || value === 0) return `${value}`;
  return value % bytesPerMb === 0 ? `${value / bytesPerMb}M` : `${value}`;
}
