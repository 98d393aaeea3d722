import type { GroupLimits } from '../render/group-limits.ts';
import type { UnitFile } from '../render/unit-files.ts';

/**
 * Ways in which a machine departs from its plan: F a file was edited, P systemd holds another value than the file, K the kernel gives other CPUs, T a thread
 * is bound narrower than its slice, I an interrupt comes to CPUs that are not for it, X somebody foreign may run on a workload's CPUs, H the machine is
 * another one, U a service runs in the wrong slice, or with what it was told before.
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
  /** Since when services are told what they are told now of graphics cards, by unit. */
  toldSince?: Readonly<Record<string, string>>;
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
  /** When each service was started; of those that do not run, or do not say, there is nothing. */
  startedAt?: Readonly<Record<string, string>>;
  /** Threads of the slices of the plan. */
  threads: readonly { id: number; name: string; group: string; allowed: readonly number[] }[];
  /** Also the masks for new interrupts and for work queues, by names of their own. */
  interrupts: readonly { id: string; name: string; allowed: readonly number[]; isMovable: boolean }[];
}
