import { formatCpuList } from '../domain/cpu-list.ts';
import type { UnitFile } from '../render/unit-files.ts';

/**
 * Ways in which a machine departs from its plan: F a file was edited, P systemd holds another value than the file, K the kernel gives other CPUs, T a thread
 * is bound narrower than its slice, I an interrupt comes to CPUs that are not for it, X somebody foreign may run on a workload's CPUs, H the machine is
 * another one, U a service runs in the wrong slice.
 */
export const driftKinds = ['F', 'P', 'K', 'T', 'I', 'X', 'H', 'U'] as const;
export type DriftKind = (typeof driftKinds)[number];

/** One departure, with what it comes from as far as that can be told, and what helps. */
export interface Drift {
  kind: DriftKind;
  /** File, slice, service, thread or interrupt. */
  subject: string;
  expected: string;
  seen: string;
  cause: string;
  remedy: string;
  /** Whether it may be put right without asking. */
  heals: boolean;
}

/** What a plan says must be. */
export interface DesiredCores {
  topologyHash: string;
  files: readonly UnitFile[];
  /** CPUs of each slice and of `init.scope`, by its name. */
  groups: Readonly<Record<string, readonly number[]>>;
  /** Slice of each service that was moved. */
  services: Readonly<Record<string, string>>;
  /** CPUs that nobody but its workload may use. */
  owned: readonly number[];
  /** CPUs that interrupts may come to. */
  interrupts: readonly number[];
}

/** A control group as the kernel and systemd tell of it. */
export interface SeenGroup {
  name: string;
  /** `cpuset.cpus.effective`. */
  effective: readonly number[];
  /** What systemd believes (`AllowedCPUs`); null where it says nothing. */
  property: readonly number[] | null;
}

/** What a machine is like now. Of what could not be looked at there is nothing. */
export interface ObservedCores {
  topologyHash: string;
  /** Texts of the plan's files; null where one is missing. */
  files: Readonly<Record<string, string | null>>;
  groups: readonly SeenGroup[];
  /** Slice in which each service runs; those that do not run are left out. */
  services: Readonly<Record<string, string>>;
  /** Threads of the slices of the plan. */
  threads: readonly { id: number; name: string; group: string; allowed: readonly number[] }[];
  interrupts: readonly { id: string; name: string; allowed: readonly number[]; isMovable: boolean }[];
}

/** Compares. Pure; sorted by kind, then subject. A machine that is another one gives only that: everything else follows from it. */
export function findDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  if (observed.topologyHash !== desired.topologyHash) return [topologyDrift(desired, observed)];
  const found = [
    ...fileDrift(desired, observed),
    ...groupDrift(desired, observed),
    ...foreignDrift(desired, observed),
    ...threadDrift(desired, observed),
    ...interruptDrift(desired, observed),
    ...serviceDrift(desired, observed),
  ];
  const key = ({ kind, subject }: Drift) => `${driftKinds.indexOf(kind)} ${subject}`;
  return found.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function topologyDrift(desired: DesiredCores, observed: ObservedCores): Drift {
  return {
    kind: 'H',
    subject: 'cpu',
    expected: desired.topologyHash.slice(0, 12),
    seen: observed.topologyHash.slice(0, 12),
    cause: 'CPUs went offline or came online, SMT was switched, or the disk moved into another machine.',
    remedy: 'Plan again for this machine: ./holdfast cores plan.',
    heals: false,
  };
}

function fileDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return desired.files
    .filter(({ path, text }) => observed.files[path] !== undefined && observed.files[path] !== text)
    .map(({ path, text }) => {
      const seen = observed.files[path] ?? null;
      return {
        kind: 'F' as const,
        subject: path,
        expected: firstDifference(text, seen ?? ''),
        seen: seen === null ? 'no file' : firstDifference(seen, text),
        cause: seen === null ? 'Somebody removed it.' : 'Somebody edited it.',
        remedy: 'Declare in config/appliance.yaml what was meant, or apply the plan again, which writes it anew.',
        heals: false,
      };
    });
}

/** The first line that the other text does not have. */
function firstDifference(text: string, other: string): string {
  const known = new Set(other.split('\n'));
  return text.split('\n').find((line) => !known.has(line)) ?? 'the same lines in another order';
}

function groupDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.groups.flatMap(({ name, effective, property }): Drift[] => {
    const cpus = desired.groups[name];
    if (!cpus) return [];
    const expected = formatCpuList(cpus);
    const found: Drift[] = [];
    if (property !== null && formatCpuList(property) !== expected)
      found.push({
        kind: 'P',
        subject: name,
        expected,
        seen: formatCpuList(property) || 'none',
        cause: 'systemctl set-property, a drop-in that reads later, or systemd has not read the files again.',
        remedy: 'systemctl daemon-reload, then set the CPUs of the plan explicitly.',
        heals: true,
      });
    if (formatCpuList(effective) !== expected)
      found.push({
        kind: 'K',
        subject: name,
        expected,
        seen: formatCpuList(effective) || 'none',
        cause: kernelCause(cpus, effective),
        remedy: 'Set the CPUs of the plan explicitly; a reset would leave the live mask as it is.',
        heals: true,
      });
    return found;
  });
}

/** Where none of the wanted CPUs can be had the kernel silently gives those of the group above. */
function kernelCause(wanted: readonly number[], effective: readonly number[]): string {
  const isInherited = wanted.every((cpu) => effective.includes(cpu)) && effective.length > wanted.length;
  return isInherited
    ? 'The kernel gives the CPUs of the group above: nobody set its own, or they cannot be had.'
    : 'Somebody wrote the mask by hand, or a group above has fewer CPUs.';
}

function foreignDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.groups
    .filter(({ name }) => !desired.groups[name])
    .flatMap(({ name, effective }): Drift[] => {
      const taken = effective.filter((cpu) => desired.owned.includes(cpu));
      if (taken.length === 0) return [];
      return [
        {
          kind: 'X',
          subject: name,
          expected: 'none of the CPUs of workloads',
          seen: formatCpuList(taken),
          cause: 'It was made outside of the slices that the plan keeps apart.',
          remedy: 'Move it below system.slice or declare it as a workload.',
          heals: false,
        },
      ];
    });
}

function threadDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.threads.flatMap(({ id, name, group, allowed }): Drift[] => {
    const cpus = desired.groups[group];
    if (!cpus || cpus.every((cpu) => allowed.includes(cpu))) return [];
    return [
      {
        kind: 'T',
        subject: `${name} (${id}) in ${group}`,
        expected: formatCpuList(cpus),
        seen: formatCpuList(allowed) || 'none',
        cause: 'The program bound this thread itself (taskset, sched_setaffinity).',
        remedy: 'Let the program have all CPUs of its slice, or give the slice fewer.',
        heals: false,
      },
    ];
  });
}

function interruptDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.interrupts
    .filter(({ isMovable, allowed }) => isMovable && allowed.some((cpu) => !desired.interrupts.includes(cpu)))
    .map(({ id, name, allowed }) => ({
      kind: 'I' as const,
      subject: `${name} (${id})`,
      expected: formatCpuList(desired.interrupts),
      seen: formatCpuList(allowed),
      cause: 'A device came up later, or irqbalance moved it.',
      remedy: 'Write the mask of the system and the reserve to its smp_affinity_list.',
      heals: true,
    }));
}

function serviceDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return Object.entries(desired.services)
    .filter(([service, slice]) => observed.services[service] !== undefined && observed.services[service] !== slice)
    .map(([service, slice]) => ({
      kind: 'U' as const,
      subject: service,
      expected: slice,
      seen: observed.services[service] as string,
      cause: 'It has run since before the plan: a slice takes effect when a service starts.',
      remedy: `systemctl restart ${service}, when that suits.`,
      heals: false,
    }));
}
