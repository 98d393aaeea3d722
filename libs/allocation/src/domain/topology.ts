import { createHash } from 'node:crypto';

/** What a core is made for, where a CPU has cores of two kinds. */
export const coreKinds = ['performance', 'efficiency'] as const;
export type CoreKind = (typeof coreKinds)[number];

/** A core with its sibling threads. CPUs that are offline are in none. */
export interface Core {
  /** Its lowest CPU that is online. */
  id: number;
  /** Ascending. */
  cpus: number[];
  /** Id of its L3 domain. */
  domain: number;
  /** NUMA node. */
  node: number;
  kind: CoreKind;
  /** How fast the firmware holds it to be; higher is faster. It changes at run time (prefcore), so it only breaks ties. */
  rank: number;
}

/** Cores that share a last-level cache. */
export interface CacheDomain {
  /** Its lowest CPU. */
  id: number;
  /** Size of that cache; 0 where the system does not say. */
  bytes: number;
  node: number;
}

/** A machine as the kernel shows it, for the planner. */
export interface Topology {
  /** By id. */
  cores: Core[];
  /** By id. */
  domains: CacheDomain[];
  /** CPUs that the kernel was told at boot to leave alone (`isolcpus`). */
  isolated: number[];
  offline: number[];
}

/** CPUs of a machine that are online, ascending. */
export function onlineCpus({ cores }: Topology): number[] {
  return cores.flatMap(({ cpus }) => cpus).sort((a, b) => a - b);
}

/** Names a topology: SHA-256 over all that a plan depends on. Ranks are left out, because they change while the machine runs. */
export function topologyHash({ cores, domains, isolated, offline }: Topology): string {
  const told = {
    cores: cores.map(({ cpus, domain, node, kind }) => ({ cpus, domain, node, kind })),
    domains: domains.map(({ id, bytes, node }) => ({ id, bytes, node })),
    isolated,
    offline,
  };
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}
