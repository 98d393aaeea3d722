import { type Pressures, parsePressure, parseStall } from './pressure.ts';

/** Counters of something that runs: a control group, or a service with all its processes. */
export interface UsageCounters {
  /** Processor time since it began, in microseconds. */
  cpuMicroseconds: number | null;
  /** Time in which some of it waited for a CPU, in microseconds. */
  waitedMicroseconds: number | null;
  memoryBytes: number | null;
  memoryLimits: MemoryLimits | null;
  readBytes: number | null;
  writtenBytes: number | null;
  tasks: number | null;
  /** Times that the kernel ended something of it for want of memory. */
  memoryKills: number | null;
  pressure: Pressures | null;
}

/** What a group is guaranteed, slowed down at and ended at; null: no such bound. */
export interface MemoryLimits {
  minBytes: number | null;
  highBytes: number | null;
  maxBytes: number | null;
}

/** Files of a control group that are read (Documentation/admin-guide/cgroup-v2.rst). */
export const groupFiles = [
  ...['cpu.stat', 'cpu.pressure', 'memory.current', 'memory.min', 'memory.high', 'memory.max', 'memory.events'],
  ...['memory.pressure', 'io.stat', 'io.pressure', 'pids.current'],
] as const;
export type GroupFiles = Readonly<Partial<Record<(typeof groupFiles)[number], string | null>>>;

/** Reads the files of a control group; what a controller that is off would tell is null. */
export function parseGroup(files: GroupFiles): UsageCounters {
  return {
    cpuMicroseconds: field(files['cpu.stat'], 'usage_usec'),
    waitedMicroseconds: parseStall(files['cpu.pressure'] ?? null),
    memoryBytes: limit(files['memory.current']),
    memoryLimits:
      files['memory.max'] === null || files['memory.max'] === undefined
        ? null
        : {
            minBytes: limit(files['memory.min']) || null,
            highBytes: limit(files['memory.high']),
            maxBytes: limit(files['memory.max']),
          },
    readBytes: sumOf(files['io.stat'], 'rbytes'),
    writtenBytes: sumOf(files['io.stat'], 'wbytes'),
    tasks: limit(files['pids.current']),
    memoryKills: field(files['memory.events'], 'oom_kill'),
    pressure: {
      cpu: parsePressure(files['cpu.pressure'] ?? null),
      memory: parsePressure(files['memory.pressure'] ?? null),
      io: parsePressure(files['io.pressure'] ?? null),
    },
  };
}

function field(text: string | null | undefined, name: string): number | null {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

function limit(text: string | null | undefined): number | null {
  return text && /^\d+$/.test(text) ? Number(text) : null;
}

/** One line a device; none where nothing was read or written yet. */
function sumOf(text: string | null | undefined, name: string): number | null {
  if (text === null || text === undefined) return null;
  return [...text.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g'))].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}
