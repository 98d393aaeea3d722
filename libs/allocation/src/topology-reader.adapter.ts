import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import { parseCpuList } from './domain/cpu-list.ts';
import type { CacheDomain, Core, CoreKind, Topology } from './domain/topology.ts';

/** A core slower than this share of the fastest is an efficiency core, even if the kernel does not say so. */
const efficiencyShare = 0.8;

/** What the kernel tells of one CPU that is online. */
interface SeenCpu {
  cpu: number;
  siblings: number[];
  /** CPUs of its last-level cache, and the size of that. */
  shared: number[];
  cacheBytes: number;
  node: number;
  /** In whatever unit the machine has; 0 where it says nothing. */
  capacity: number;
  rank: number;
}

/**
 * Reads a machine's CPUs from sysfs, or from a folder laid out like it. L3 domains are what caches share, not NUMA nodes; where a
 * virtual machine shows no cache, those of a socket are one domain. Numbers are never guessed. Throws CORES_TOPOLOGY_UNREADABLE.
 */
export function readTopology(sysfs = '/sys'): Topology {
  const root = join(sysfs, 'devices/system/cpu');
  if (!existsSync(join(root, 'online')))
    throw unreadable(root, `There is no ${join(root, 'online')}.`, 'Give a folder that is laid out like /sys.');
  try {
    return assemble(root, join(sysfs, 'devices/system/node'), parseCpuList(read(join(sysfs, 'devices/cpu_atom/cpus')) ?? ''));
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw unreadable(root, (cause as Error).message, 'The folder may be cut short; capture it again.');
  }
}

function assemble(root: string, nodeRoot: string, atoms: readonly number[]): Topology {
  const online = parseCpuList(read(join(root, 'online')) ?? '');
  if (online.length === 0) throw new Error(`${join(root, 'online')} names no CPU`);
  const nodes = readNodes(nodeRoot);
  const seen = online.map((cpu) => seeCpu(root, cpu, new Set(online), nodes));
  const fastest = Math.max(...seen.map(({ capacity }) => capacity));
  const cores: Core[] = [];
  for (const { cpu, siblings, shared, node, capacity, rank } of seen) {
    if (siblings[0] !== cpu) continue;
    const isSlow = atoms.includes(cpu) || (capacity > 0 && capacity < fastest * efficiencyShare);
    const kind: CoreKind = isSlow ? 'efficiency' : 'performance';
    cores.push({ id: cpu, cpus: siblings, domain: shared[0] as number, node, kind, rank });
  }
  const domains = new Map<number, CacheDomain>();
  for (const { shared, cacheBytes, node } of seen)
    if (!domains.has(shared[0] as number))
      domains.set(shared[0] as number, { id: shared[0] as number, bytes: cacheBytes, node });
  const present = parseCpuList(read(join(root, 'present')) ?? read(join(root, 'online')) ?? '');
  return {
    cores,
    domains: [...domains.values()].sort((a, b) => a.id - b.id),
    isolated: parseCpuList(read(join(root, 'isolated')) ?? ''),
    offline: present.filter((cpu) => !online.includes(cpu)),
  };
}

function seeCpu(root: string, cpu: number, online: ReadonlySet<number>, nodes: Map<number, number>): SeenCpu {
  const folder = join(root, `cpu${cpu}`);
  const topology = (name: string) => read(join(folder, 'topology', name));
  const only = (text: string | undefined) => parseCpuList(text ?? `${cpu}`).filter((one) => online.has(one));
  const siblings = only(topology('core_cpus_list') ?? topology('thread_siblings_list'));
  const packageCpus = only(topology('package_cpus_list') ?? topology('core_siblings_list'));
  const cache = lastLevelCache(join(folder, 'cache'));
  const shared = cache ? only(cache.shared) : packageCpus;
  if (!siblings.includes(cpu) || !shared.includes(cpu))
    throw new Error(`cpu${cpu} is not among its own siblings (${siblings}) or in its own cache domain (${shared})`);
  return {
    cpu,
    siblings,
    shared,
    cacheBytes: cache?.bytes ?? 0,
    node: nodes.get(cpu) ?? Number(topology('physical_package_id') ?? 0),
    capacity: number(folder, 'cpu_capacity') || number(folder, 'cpufreq/cpuinfo_max_freq'),
    rank: number(folder, 'cpufreq/amd_pstate_prefcore_ranking') || number(folder, 'acpi_cppc/highest_perf'),
  };
}

/** Of level 3; where a machine has none, of no level: level 2 belongs to a core and says nothing of its neighbours. */
function lastLevelCache(folder: string): { shared: string; bytes: number } | undefined {
  for (const index of existsSync(folder) ? readdirSync(folder) : []) {
    const of = (name: string) => read(join(folder, index, name));
    const shared = of('shared_cpu_list');
    if (!index.startsWith('index') || of('level') !== '3' || !shared) continue;
    return { shared, bytes: sizeOf(of('size') ?? '') };
  }
  return undefined;
}

/** Reads `32768K`, as the kernel writes sizes of caches; 0 for anything else. */
function sizeOf(text: string): number {
  const [, count = '0', unit = ''] = /^(\d+)([KMG]?)$/.exec(text) ?? [];
  return Number(count) * ({ K: 1024, M: 1_048_576, G: 1_073_741_824 }[unit] ?? 1);
}

function readNodes(root: string): Map<number, number> {
  const nodes = new Map<number, number>();
  for (const name of existsSync(root) ? readdirSync(root) : []) {
    const [, node] = /^node(\d+)$/.exec(name) ?? [];
    if (node === undefined) continue;
    for (const cpu of parseCpuList(read(join(root, name, 'cpulist')) ?? '')) nodes.set(cpu, Number(node));
  }
  return nodes;
}

function number(folder: string, name: string): number {
  const value = Number(read(join(folder, name)) ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** Text of a file without the end of its line; undefined where there is none, or it is empty. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function unreadable(root: string, why: string, action: string): HoldfastError {
  return new HoldfastError('CORES_TOPOLOGY_UNREADABLE', {
    kind: 'invalid',
    message: `The CPUs cannot be read from ${root}: ${why}`,
    action,
  });
}
