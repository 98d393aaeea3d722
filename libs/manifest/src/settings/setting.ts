/** What a figure counts. */
export type SettingUnit = 'MB' | 'kB' | 'threads' | 'processes' | 'workers' | 'connections';

/** One figure that a program is told, and where it comes from. */
export interface Setting {
  /** The program as it is called on the machine: postgresql, redis, api, or the name of a worker. */
  program: string;
  /** What the program calls it: shared_buffers, maxmemory, UV_THREADPOOL_SIZE. */
  name: string;
  value: number;
  unit: SettingUnit;
  /** Whose budget it is bounded by. */
  workload: string;
  /** Whether the manifest says the figure itself, or it follows from the budget. */
  source: 'declared' | 'derived';
  /** How it follows, in words with the figures of this machine. */
  formula: string;
  /** Where the manifest may say it; null where it always follows. */
  key: string | null;
}

/** Figures that do not fit into the budget of a workload, or into the machine. */
export interface SettingObstacle {
  /** null: all workloads together. */
  workload: string | null;
  message: string;
  /** In MB, or in threads, as the message says. */
  needed: number;
  available: number;
}

/** What a workload has for its programs; no `maxMb` where it declares no memory. */
export interface Share {
  id: string;
  threads: number;
  maxMb?: number | undefined;
}

/** What programs of one kind are told. */
export interface Derived<Values> {
  values: Values;
  settings: Setting[];
  obstacles: SettingObstacle[];
}

/** A setting that the manifest may say itself. */
export function chosen(
  declared: number | null,
  derive: () => number,
  setting: Omit<Setting, 'value' | 'source' | 'key'> & { key: string },
): Setting {
  if (declared === null) return { ...setting, value: derive(), source: 'derived' };
  return { ...setting, value: declared, source: 'declared', formula: 'as declared' };
}

/** A setting that always follows. */
export function following(setting: Omit<Setting, 'source' | 'key'>): Setting {
  return { ...setting, source: 'derived', key: null };
}

/** A figure between two bounds. */
export function within(low: number, value: number, high: number): number {
  return Math.max(low, Math.min(high, Math.floor(value)));
}
