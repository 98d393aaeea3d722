import { formatCpuList, parseCpuList } from '../domain/cpu-list.ts';

/** A file below /etc/systemd/system, by its path from there. */
export interface UnitFile {
  path: string;
  text: string;
}

/** Whom a workload of that id stands for besides our own units: Debian's services, which are moved into its slice. */
const debianServices: Readonly<Record<string, readonly string[]>> = {
  postgresql: ['postgresql@.service'],
  redis: ['redis-server.service'],
  api: ['nginx.service'],
  monitoring: ['prometheus.service', 'prometheus-node-exporter.service'],
};
/** What belongs to nobody runs where the system does, and in the reserve. */
const systemGroups = ['system.slice', 'user.slice', 'machine.slice', 'init.scope'] as const;
const dropIn = '50-holdfast.conf';
/** All slices of workloads are in this one. */
const parentSlice = 'holdfast.slice';

/** What of a workload goes into its slice. */
export interface SliceSettings {
  id: string;
  cpus: readonly number[];
  /** NUMA nodes that its CPUs belong to. */
  nodes: readonly number[];
  cpuWeight?: number;
  ioWeight?: number;
  memory?: { minMb: number; highMb: number; maxMb: number };
}

/** What is rendered of a plan. */
export interface RenderInput {
  planId: string;
  /** All workloads but the reserve. */
  slices: readonly SliceSettings[];
  /** Id of the system's workload; its CPUs and those of the reserve are for all that nobody declared. */
  systemId: string;
  reserve: readonly number[];
}

/**
 * Writes a plan as systemd reads it: a slice for each workload, drop-ins that move Debian's services into theirs, and one for each group that
 * holds the rest (systemd.resource-control(5)). Drop-ins instead of set-property, which leaves live values behind (systemd #43846). Sorted by path.
 */
export function renderUnits({ planId, slices, systemId, reserve }: RenderInput): UnitFile[] {
  const header = `# Written by Holdfast, plan ${planId}. Change config/appliance.yaml instead.`;
  const system = slices.find(({ id }) => id === systemId);
  const common = [...(system?.cpus ?? []), ...reserve];
  const own = slices.filter(({ id }) => id !== systemId);
  const guaranteedMb = own.reduce((sum, { memory }) => sum + (memory?.minMb ?? 0), 0);
  const files = [
    // A guarantee holds only as far as the groups above have it, too (cgroup-v2.rst, memory.min).
    { path: `${parentSlice}.d/${dropIn}`, text: lines(header, '[Slice]', `MemoryMin=${guaranteedMb}M`) },
    ...own.map((slice) => ({ path: `${sliceName(slice.id)}`, text: sliceText(header, slice) })),
    ...own.flatMap(({ id }) =>
      (debianServices[id] ?? []).map((service) => ({
        path: `${service}.d/${dropIn}`,
        text: lines(header, '[Service]', `Slice=${sliceName(id)}`),
      })),
    ),
    ...systemGroups.map((group) => ({
      path: `${group}.d/${dropIn}`,
      text: lines(header, group.endsWith('.slice') ? '[Slice]' : '[Scope]', `AllowedCPUs=${formatCpuList(common)}`),
    })),
  ];
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Name of a workload's slice; the hyphen makes it a child of `holdfast.slice`. */
export function sliceName(id: string): string {
  // Within a name a hyphen would begin another level: systemd escapes it so (systemd-escape(1)).
  return `holdfast-${id.replaceAll('-', '\\x2d')}.slice`;
}

/** CPUs that unit files give, by the id of the workload, and `common` for what belongs to nobody. Throws where a list is none. */
export function parseUnits(files: readonly UnitFile[]): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const { path, text } of files) {
    const cpus = /^AllowedCPUs=(.*)$/m.exec(text)?.[1];
    if (cpus === undefined) continue;
    const id = /^holdfast-(.+)\.slice$/.exec(path)?.[1]?.replaceAll('\\x2d', '-') ?? 'common';
    found[id] = parseCpuList(cpus);
  }
  return found;
}

/** CPUs that unit files give, by the name of the slice or scope. Throws where a list is none. */
export function cpusOfUnits(files: readonly UnitFile[]): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const { path, text } of files) {
    const cpus = /^AllowedCPUs=(.*)$/m.exec(text)?.[1];
    if (cpus !== undefined) found[path.replace(/\.d\/.*$/, '')] = parseCpuList(cpus);
  }
  return found;
}

/** Slices that services are moved into, by the name of the service or of its template. */
export function slicesOfServices(files: readonly UnitFile[]): Record<string, string> {
  return Object.fromEntries(
    files.flatMap(({ path, text }) => {
      const slice = /^Slice=(.*)$/m.exec(text)?.[1];
      return slice === undefined ? [] : [[path.replace(/\.d\/.*$/, ''), slice]];
    }),
  );
}

/** The plan that a file says it comes from; undefined where it is none of ours. */
export function planOf({ text }: UnitFile): string | undefined {
  return /^# Written by Holdfast, plan ([0-9a-f]{64})\./.exec(text)?.[1];
}

function sliceText(header: string, { id, cpus, nodes, cpuWeight = 100, ioWeight = 100, memory }: SliceSettings): string {
  return lines(
    header,
    '[Unit]',
    `Description=Holdfast: ${id}`,
    'Before=slices.target',
    '',
    '[Slice]',
    `AllowedCPUs=${formatCpuList(cpus)}`,
    `AllowedMemoryNodes=${formatCpuList(nodes)}`,
    `CPUWeight=${cpuWeight}`,
    `IOWeight=${ioWeight}`,
    ...(memory ? [`MemoryMin=${memory.minMb}M`, `MemoryHigh=${memory.highMb}M`, `MemoryMax=${memory.maxMb}M`] : []),
  );
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
