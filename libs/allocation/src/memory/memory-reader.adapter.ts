import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sliceName } from '../render/unit-files.ts';

/** Where the kernel tells of memory; other places in tests only. */
export interface MemoryPaths {
  meminfo: string;
  cgroup: string;
}

/** Where a machine tells of its memory. */
export const memoryPaths: MemoryPaths = { meminfo: '/proc/meminfo', cgroup: '/sys/fs/cgroup' };

/** The memory of the machine in MB; undefined where it does not say. */
export function readMachineMemory({ meminfo }: MemoryPaths): { totalMb: number; availableMb: number | null } | undefined {
  const text = readOrNothing(meminfo) ?? '';
  const find = (key: string) => new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  const total = find('MemTotal');
  const available = find('MemAvailable');
  if (total === undefined) return undefined;
  return { totalMb: toMb(total), availableMb: available === undefined ? null : toMb(available) };
}

/** What a slice takes now, and how often it met its limits since it was made (cgroup v2, memory.events). */
export interface SliceMemory {
  currentMb: number;
  events: { high: number; max: number; oomKill: number };
}

/** The memory of a workload's slice; undefined where there is none: before the plan was applied, or without cgroup v2. */
export function readSliceMemory({ cgroup }: MemoryPaths, id: string): SliceMemory | undefined {
  const folder = join(cgroup, 'holdfast.slice', sliceName(id));
  const current = readOrNothing(join(folder, 'memory.current'));
  if (current === undefined) return undefined;
  const events = readOrNothing(join(folder, 'memory.events')) ?? '';
  const count = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(events)?.[1] ?? 0);
  return {
    currentMb: Math.round(Number(current) / 1_048_576),
    events: { high: count('high'), max: count('max'), oomKill: count('oom_kill') },
  };
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function toMb(kilobytes: string): number {
  return Math.floor(Number(kilobytes) / 1024);
}
