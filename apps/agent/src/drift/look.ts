import { hostServices } from '#agent-protocol';
import {
  cpusOfUnits,
  type DesiredCores,
  type Drift,
  findDrift,
  limitsOfUnits,
  slicesOfServices,
  topologyHash,
  type UnitFile,
} from '#allocation';
import { groupsOf, systemGroup } from '../cores/aims.ts';
import type { Generation } from '../cores/generation-history.ts';
import type { Host, HostInterrupt, HostService } from '../host/host.ts';

const mostThreads = 512;

/** What was found, and what of the machine was looked at. */
export interface Look {
  drift: Drift[];
  interrupts: HostInterrupt[];
  threads: { seen: number; of: number };
  /** What could not be looked at, and why. */
  unseen: string[];
}

/** Holds the machine against a generation. */
export async function lookForDrift(host: Host, generation: Generation): Promise<Look> {
  const files = Object.entries(generation.aim.texts).flatMap(([path, text]) => (text === null ? [] : [{ path, text }]));
  const machine = topologyHash(host.topology());
  const moved = slicesOfServices(files);
  const services = (await host.seeServices(patternsOf(moved))).filter(({ slice }) => slice !== null);
  const desired = {
    ...desiredOf(files, generation.topologyHash ?? machine, services, moved),
    toldSince: generation.gpu?.since ?? {},
  };
  const names = groupsOf({ cpus: desired.groups as Record<string, number[]>, limits: desired.limits });
  const groups = await host.seeGroups(names);
  const foreign = host.foreignGroups([...names, ...groupsOf(generation.aim)]);
  const slices = names.filter((name) => name.startsWith('holdfast-'));
  const threads = host.seeThreads(slices, mostThreads);
  const interrupts = host.seeInterrupts();
  const units = new Map(host.units().map(({ path, text }) => [path, text]));
  const drift = findDrift(desired, {
    topologyHash: machine,
    files: Object.fromEntries(files.map(({ path }) => [path, units.get(path) ?? null])),
    groups: [
      ...groups.map((group) => ({ ...group, property: desired.groups[group.name] ? group.property : null })),
      ...foreign.map((group) => ({ ...group, property: null })),
    ],
    services: Object.fromEntries(services.map(({ unit, slice }) => [unit, slice ?? ''])),
    startedAt: Object.fromEntries(services.flatMap(({ unit, startedAt }) => (startedAt === null ? [] : [[unit, startedAt]]))),
    threads: threads.seen,
    interrupts,
  });
  const unseen = interrupts.length === 0 ? ['interrupts: the kernel shows none'] : [];
  return { drift, interrupts, threads: { seen: threads.seen.length, of: threads.of }, unseen };
}

function patternsOf(moved: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.values(hostServices), ...Object.keys(moved).map((unit) => unit.replace('@.', '@*.'))])];
}

function desiredOf(
  files: readonly UnitFile[],
  machine: string,
  services: readonly HostService[],
  moved: Readonly<Record<string, string>>,
): DesiredCores {
  const groups = cpusOfUnits(files);
  const owned = Object.entries(groups).flatMap(([name, cpus]) => (name.startsWith('holdfast-') ? cpus : []));
  const sliceOf = ({ unit, nextSlice }: HostService) => moved[unit] ?? moved[unit.replace(/@.*\./, '@.')] ?? nextSlice;
  return {
    topologyHash: machine,
    files,
    groups,
    limits: limitsOfUnits(files),
    services: Object.fromEntries(services.map((service) => [service.unit, sliceOf(service)])),
    owned,
    interrupts: groups[systemGroup] ?? [],
  };
}
