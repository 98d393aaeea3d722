import type { InvariantName } from './invariants.ts';

/** What a workload was told is safe, in its own words: hashes, ids. */
export type Fact = Record<string, unknown>;

/** Where a workload is prepared and recorded. */
export interface RecordingWorld {
  /** Mount points of the workload's devices, in their order. */
  folders: readonly string[];
  /** A folder that no power cut touches: sockets, logs. */
  scratch: string;
  seed: string;
  /** Says that something is safe now. Whatever power cut comes later must leave it so. */
  acknowledge(fact: Fact): void;
}

/** A promise that did not hold. */
export interface Violation {
  invariant: InvariantName;
  /** The object, row or file it is about. */
  subject: string;
  detail?: string;
}

/** What a check found. */
export interface Verdict {
  violations: Violation[];
  /** Files that nothing names: harmless, swept later. */
  orphans: number;
  /** Moves between tiers that the journal knew. */
  moves?: number;
}

/** The devices after the power came back, mounted. */
export interface CrashedWorld {
  folders: readonly string[];
  scratch: string;
  /** Another number for each cut: what else the check does by chance. */
  seed: string;
}

/** Work whose durability is tested: done by a process of its own, then judged after every power cut. */
export interface Workload {
  name: string;
  /** Size of each device in MiB; the images are sparse. */
  devices: readonly number[];
  /** A negative control: the step of the protocol that it leaves out. The rig must catch it. */
  leavesOut?: string;
  /** Instants of the product at which the kill rig ends the process, with the latest visit at which it does; it also does so at any other. */
  failpoints?: Readonly<Record<string, number>>;
  /** Fills the devices before the recording begins: databases, schemas. */
  prepare?(world: Omit<RecordingWorld, 'acknowledge'>): Promise<void>;
  /** Does the work; runs in a child process, on the built product. */
  record(world: RecordingWorld): Promise<void>;
  /** After a kill: ends the servers that the process left running, or waits until they have ended. */
  endServers?(world: CrashedWorld): Promise<void>;
  /** Judges what is left, given everything acknowledged before the cut. Must leave no file open below the folders. */
  check(world: CrashedWorld, facts: readonly Fact[]): Promise<Verdict>;
}
