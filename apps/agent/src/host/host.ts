import type { Topology, UnitFile } from '#allocation';

/** A slice or scope as systemd and the kernel tell of it. CPUs ascending. */
export interface HostGroup {
  name: string;
  /** `AllowedCPUs` as systemd has it; empty where it was told nothing. */
  property: number[];
  /** `cpuset.cpus.effective`; null where nothing of the group runs, empty where the kernel keeps no set for it. */
  effective: number[] | null;
  /** The effective CPUs of all groups below, taken together. */
  below: number[];
}

/** Texts of unit files by path below the units' folder; null: no such file. */
export type UnitTexts = Record<string, string | null>;

/** The machine, as far as the agent sees and changes it. The only way to it; names of units come from our own rendering, never from a request. */
export interface Host {
  topology(): Topology;
  /** Unit files with names of ours, of whatever plan. */
  units(): UnitFile[];
  /** Has systemd read files in a folder of their own before they come near it. Throws AGENT_VERIFY_FAILED with what it says. */
  checkUnits(files: readonly UnitFile[]): Promise<void>;
  /** Puts files in place or removes them, each whole and durable; what is between two of them is for the journal to settle. */
  replaceUnits(texts: UnitTexts): void;
  /** Has systemd read its files again. */
  reload(): Promise<void>;
  /** Sets the CPUs of a running system, until the next boot. Never with an empty list: that would leave the live mask as it is (systemd #43846). */
  setCpus(group: string, cpus: readonly number[]): Promise<void>;
  seeGroups(names: readonly string[]): Promise<HostGroup[]>;
}
