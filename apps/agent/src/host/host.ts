import type { GroupLimits, Topology, UnitFile } from '#allocation';

/** A slice or scope as systemd and the kernel tell of it. CPUs ascending. */
export interface HostGroup {
  name: string;
  /** `AllowedCPUs` as systemd has it; empty where it was told nothing. */
  property: number[];
  /** `cpuset.cpus.effective`; null where nothing of the group runs, empty where the kernel keeps no set for it. */
  effective: number[] | null;
  /** The effective CPUs of all groups below, taken together. */
  below: number[];
  /** What systemd holds beside CPUs. */
  limits: GroupLimits;
  /** What the kernel holds of it; of what it does not tell there is nothing. */
  kernelLimits: Partial<GroupLimits>;
  /** Memory of its programs that no pressure gives back: what they wrote, not what was read from disk. */
  heldBytes: number;
}

/** A service that is loaded. */
export interface HostService {
  unit: string;
  /** `active`, `failed` and so on, as systemd says. */
  state: string;
  /** The slice that it really runs in; null where it does not run. */
  slice: string | null;
  /** The slice that it will run in after its next start. */
  nextSlice: string;
  /** How often systemd has restarted it by itself. */
  restarts: number;
  /** When its process was started; null where none runs. */
  startedAt: string | null;
}

/** A graphics card. */
export interface HostGpu {
  index: number;
  uuid: string;
  name: string;
}

/** A thread, the slice that it is in, and the CPUs that it may use. */
export interface HostThread {
  id: number;
  name: string;
  group: string;
  allowed: number[];
}

/** Where an interrupt may come to. Ids are numbers, or one of `wideMasks`. */
export interface HostInterrupt {
  id: string;
  name: string;
  allowed: number[];
  isMovable: boolean;
}

/** Masks that are of no one interrupt: for those that come later, and for the kernel's own work. */
export const wideMasks = { default: 'interrupts to come', workqueue: 'work queues of the kernel' } as const;

/** Which part of the machine's journal is wanted: the newest so many entries, or so many after a cursor, within so much time. */
export interface JournalRange {
  units: readonly string[];
  lines: number;
  after: string | undefined;
  limitMs: number;
}

/** Texts of unit files by path below the units' folder; null: no such file. */
export type UnitTexts = Record<string, string | null>;

/** The machine, as far as the agent sees and changes it. The only way to it; names of units come from our own rendering, never from a request. */
export interface Host {
  topology(): Topology;
  memoryMb(): number;
  /** Graphics cards that the driver has, as nvidia-smi counts. */
  seeGpus(): HostGpu[];
  /** Unit files with names of ours, of whatever plan. */
  units(): UnitFile[];
  /** Calls when somebody may have changed unit files; answers how to end that. */
  watchUnits(changed: () => void): () => void;
  /** Has systemd read files in a folder of their own before they come near it. Throws AGENT_VERIFY_FAILED with what it says. */
  checkUnits(files: readonly UnitFile[]): Promise<void>;
  /** Puts files in place or removes them, each whole and durable; what is between two of them is for the journal to settle. */
  replaceUnits(texts: UnitTexts): void;
  /** Has systemd read its files again. */
  reload(): Promise<void>;
  /** Sets the CPUs of a running system, until the next boot. Never with an empty list: that would leave the live mask as it is (systemd #43846). */
  setCpus(group: string, cpus: readonly number[]): Promise<void>;
  /** The same for memory and weights, all of them explicitly. */
  setLimits(group: string, limits: GroupLimits): Promise<void>;
  seeGroups(names: readonly string[]): Promise<HostGroup[]>;
  /** Groups beside those named in which something runs, with their CPUs. */
  foreignGroups(known: readonly string[]): { name: string; effective: number[] }[];
  /** Loaded services of those names; `*` stands for any instance. */
  seeServices(patterns: readonly string[]): Promise<HostService[]>;
  /** Threads of groups: so many at most, others each time, and how many there are. */
  seeThreads(groups: readonly string[], most: number): { seen: HostThread[]; of: number };
  seeInterrupts(): HostInterrupt[];
  /** Answers why the kernel refused, as it says (EIO: it cannot be moved); null where it did not. */
  setInterrupt(id: string, cpus: readonly number[]): string | null;
  /** Names of the well-known sockets that somebody answers at. */
  answeringSockets(): Promise<string[]>;
  restart(units: readonly string[]): Promise<void>;
  /** Entries of the journal of units, oldest first, each as a line of JSON, until `take` wants no more. Throws AGENT_HOST_FAILED. */
  readJournal(wanted: JournalRange, take: (line: string) => boolean): Promise<void>;
}
