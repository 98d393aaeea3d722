import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A core of a made-up machine. */
export interface SysfsCore {
  cpus: number[];
  /** Which cores share a last-level cache; its size in KiB. null: the machine shows no such cache. */
  cache: { id: number; kib: number } | null;
  node?: number;
  package?: number;
  maxKhz?: number;
  rank?: number;
  isAtom?: boolean;
}

/** A machine as sysfs shows it. */
export interface SysfsMachine {
  cores: SysfsCore[];
  offline?: number[];
  isolated?: number[];
}

/** Cores numbered as AMD and Intel number them with two threads each: n and n + the number of cores. */
function farSiblings(first: number, count: number, all: number, cacheOf: (core: number) => SysfsCore['cache']): SysfsCore[] {
  return Array.from({ length: count }, (_, index) => ({
    cpus: [first + index, first + index + all],
    cache: cacheOf(first + index),
  }));
}

const epycCores = 128;
/** Machines by name, numbered as their documentation and published listings of them have it. */
export const sysfsMachines = {
  '7950x': { cores: farSiblings(0, 16, 16, (core) => ({ id: Math.floor(core / 8), kib: 32_768 })) },
  '7950x3d': {
    cores: farSiblings(0, 16, 16, (core) => (core < 8 ? { id: 0, kib: 98_304 } : { id: 1, kib: 32_768 })).map((core) => ({
      ...core,
      maxKhz: (core.cpus[0] as number) < 8 ? 5_250_000 : 5_759_000,
      rank: (core.cpus[0] as number) < 8 ? 196 : 231,
    })),
  },
  /** Two sockets of 64 cores, eight to a cache, one NUMA node each. */
  'epyc-two-socket': {
    cores: farSiblings(0, epycCores, epycCores, (core) => ({ id: Math.floor(core / 8), kib: 32_768 })).map((core) => {
      const socket = (core.cpus[0] as number) < 64 ? 0 : 1;
      return { ...core, node: socket, package: socket };
    }),
  },
  /** Eight performance cores with adjacent siblings, sixteen efficiency cores, one cache. */
  'hybrid-intel': {
    cores: [
      ...Array.from({ length: 8 }, (_, core) => ({
        cpus: [2 * core, 2 * core + 1],
        cache: { id: 0, kib: 36_864 },
        maxKhz: 5_500_000,
      })),
      ...Array.from({ length: 16 }, (_, core) => ({
        cpus: [16 + core],
        cache: { id: 0, kib: 36_864 },
        maxKhz: 4_300_000,
        isAtom: true,
      })),
    ],
  },
  '7950x-smt-off': {
    cores: Array.from({ length: 16 }, (_, core) => ({ cpus: [core], cache: { id: Math.floor(core / 8), kib: 32_768 } })),
    offline: Array.from({ length: 16 }, (_, core) => 16 + core),
  },
  '7950x-offline': {
    cores: farSiblings(0, 16, 16, (core) => ({ id: Math.floor(core / 8), kib: 32_768 }))
      .map((core) => ({ ...core, cpus: core.cpus.filter((cpu) => ![3, 20, 27].includes(cpu)) }))
      .filter(({ cpus }) => cpus.length > 0),
    offline: [3, 20, 27],
  },
  'two-core-vm': { cores: [0, 1].map((cpu) => ({ cpus: [cpu], cache: null })) },
} satisfies Record<string, SysfsMachine>;
export type SysfsMachineName = keyof typeof sysfsMachines;

/** Lays out a machine's CPUs below a folder as they are below /sys. */
export function layOutSysfs(folder: string, { cores, offline = [], isolated = [] }: SysfsMachine): void {
  const write = (path: string, text: string) => {
    const file = join(folder, 'devices', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  };
  const all = (of: SysfsCore[]) => listOf(of.flatMap(({ cpus }) => cpus));
  const present = listOf([...cores.flatMap(({ cpus }) => cpus), ...offline]);
  write('system/cpu/online', all(cores));
  write('system/cpu/offline', listOf(offline));
  write('system/cpu/present', present);
  write('system/cpu/possible', present);
  write('system/cpu/isolated', listOf(isolated));
  const atoms = cores.filter(({ isAtom }) => isAtom);
  if (atoms.length > 0) write('cpu_atom/cpus', all(atoms));
  const nodes = new Set(cores.map(({ node = 0 }) => node));
  write('system/node/online', listOf(nodes));
  for (const node of nodes) write(`system/node/node${node}/cpulist`, all(cores.filter((core) => (core.node ?? 0) === node)));
  for (const [index, core] of cores.entries())
    for (const cpu of core.cpus) {
      const own = (name: string, text: string | number | undefined) =>
        text === undefined || write(`system/cpu/cpu${cpu}/${name}`, String(text));
      own('topology/core_id', index);
      own('topology/physical_package_id', core.package ?? 0);
      own('topology/core_cpus_list', listOf(core.cpus));
      own('topology/thread_siblings_list', listOf(core.cpus));
      own('topology/package_cpus_list', all(cores.filter((other) => (other.package ?? 0) === (core.package ?? 0))));
      own('cache/index2/level', 2);
      own('cache/index2/shared_cpu_list', listOf(core.cpus));
      own('cpufreq/cpuinfo_max_freq', core.maxKhz);
      own('cpufreq/amd_pstate_prefcore_ranking', core.rank);
      const { cache } = core;
      if (!cache) continue;
      own('cache/index3/level', 3);
      own('cache/index3/type', 'Unified');
      own('cache/index3/size', `${cache.kib}K`);
      own('cache/index3/shared_cpu_list', all(cores.filter((other) => other.cache?.id === cache.id)));
    }
}

/** Ranges as the kernel writes them. */
function listOf(numbers: Iterable<number>): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const starts = sorted.filter((value, index) => index === 0 || value !== (sorted[index - 1] as number) + 1);
  return starts
    .map((start) => {
      let end = start;
      while (sorted.includes(end + 1)) end += 1;
      return start === end ? `${start}` : `${start}-${end}`;
    })
    .join(',');
}
