import type { CacheDomain, CoreLoad, Cores, MachineCore } from '../api/types.ts';

/** The cores that share a cache, above and below it as on the die. */
export interface DomainShape {
  domain: CacheDomain;
  cores: MachineCore[];
  above: MachineCore[];
  below: MachineCore[];
  columns: number;
}

/** NUMA nodes with their domains, as the machine has them. */
export function dieShape({ cores, domains }: Cores['topology']): { node: number; domains: DomainShape[] }[] {
  const nodes = [...new Set(domains.map(({ node }) => node))].sort((a, b) => a - b);
  return nodes.map((node) => ({
    node,
    domains: domains.filter((domain) => domain.node === node).map((domain) => domainShape(domain, cores)),
  }));
}

function domainShape(domain: CacheDomain, all: readonly MachineCore[]): DomainShape {
  const cores = all.filter((core) => core.domain === domain.id);
  const half = cores.length < 4 ? cores.length : Math.ceil(cores.length / 2);
  return { domain, cores, above: cores.slice(0, half), below: cores.slice(half), columns: Math.min(4, half) };
}

/** Who has which CPU. */
export function ownersOf(assignments: Readonly<Record<string, readonly number[]>> | undefined): Map<number, string> {
  return new Map(Object.entries(assignments ?? {}).flatMap(([id, cpus]) => cpus.map((cpu) => [cpu, id] as const)));
}

/** Percent by CPU, of those that are known. */
export function loadsOf(load: Pick<CoreLoad, 'cpus'> | null | undefined): Map<number, number> {
  return new Map((load?.cpus ?? []).flatMap(({ cpu, percent }) => (percent === null ? [] : [[cpu, percent] as const])));
}

/** How busy some CPUs are together; undefined where none is known. */
export function meanLoad(cpus: readonly number[], loads: ReadonlyMap<number, number>): number | undefined {
  const known = cpus.flatMap((cpu) => loads.get(cpu) ?? []);
  return known.length > 0 ? known.reduce((sum, percent) => sum + percent, 0) / known.length : undefined;
}
