import type { GroupLimits } from '../render/group-limits.ts';
import type { UnitFile } from '../render/unit-files.ts';
import { fileDrift } from './file-drift.ts';
import { foreignDrift, groupDrift, limitDrift } from './group-drift.ts';
import { interruptDrift, serviceDrift, threadDrift } from './running-drift.ts';

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
  /** What slices have beside CPUs, by name. */
  limits: Readonly<Record<string, GroupLimits>>;
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
  /** `cpuset.cpus.effective`; null where nothing of it runs. */
  effective: readonly number[] | null;
  /** What systemd believes (`AllowedCPUs`); null where it says nothing. */
  property: readonly number[] | null;
  /** CPUs of all groups below, taken together. */
  below?: readonly number[];
  /** What systemd holds beside CPUs. */
  limits?: GroupLimits;
  /** What the kernel holds of it; of what it does not tell there is nothing. */
  kernelLimits?: Partial<GroupLimits>;
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
  /** Also the masks for new interrupts and for work queues, by names of their own. */
  interrupts: readonly { id: string; name: string; allowed: readonly number[]; isMovable: boolean }[];
}

/** Compares. Pure; sorted by kind, then subject. A machine that is another one gives only that: everything else follows from it. */
export function findDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  if (observed.topologyHash !== desired.topologyHash) return [topologyDrift(desired, observed)];
  const found = [
    ...fileDrift(desired, observed),
    ...groupDrift(desired, observed),
    ...limitDrift(desired, observed),
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
