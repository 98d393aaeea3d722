/** Numbers that somebody declares, by their names: `video.threads`. */
export type Values = Readonly<Record<string, number>>;

/** One thing that a plan changes. Values as texts; null: there was none, or there is to be none. */
export interface PlannedChange {
  subject: string;
  what: string;
  from: string | null;
  to: string | null;
  /** Whether it is in force only once a service has started anew. */
  restartNeeded: boolean;
}

/** A file as a plan writes it, by its path below the domain's folder. */
export interface PlannedFile {
  path: string;
  text: string;
}

/** What a host is to become, why, and what it is asked for it. `Order` is JSON: it lies in a row until the host has answered. */
export interface Plan<Order> {
  feasible: true;
  /** SHA-256: the same wishes on the same host give the same. */
  planId: string;
  /** The host's generation that it builds on. */
  baseGeneration: number;
  changes: PlannedChange[];
  reasons: Record<string, string[]>;
  /** Services that must start anew for some of it. */
  restarts: string[];
  /** What is to be written into the manifest once the host has it for good. */
  declares: Values;
  /** All values of the host after it: enough to come back to it later. */
  after: Values;
  files: PlannedFile[];
  order: Order;
}

/** Why there is no plan, and what would fit. */
export interface Obstacle {
  feasible: false;
  code: string;
  message: string;
  needed: number | null;
  available: number | null;
  nearestFeasible: Values | null;
}

/** How the host stands to a domain, as far as it could be asked. */
export interface HostView {
  /** Why nothing can be changed from here, as the end of "host control unavailable: …"; null where it can. */
  problem: string | null;
  /** The generation in force; 0: none was ever put in force. null where the host does not answer. */
  generation: number | null;
  planId: string | null;
}

export const driftKinds = ['F', 'P', 'K', 'T', 'I', 'X', 'H', 'U'] as const;

/** One departure of a host from what is in force; kinds as in `libs/allocation/src/drift/drift.ts`. */
export interface DriftRecord {
  kind: (typeof driftKinds)[number];
  subject: string;
  expected: string;
  seen: string;
  /** When it was seen first. */
  since: string;
  cause: string;
  remedy: string;
  /** `self`: the host puts it right; `asks`: somebody has to decide. */
  healing: 'self' | 'asks';
  tries: number;
}

/** What became of an order, by the host's own record. `unknown`: it never heard of it. */
export interface HostAnswer {
  state: 'unknown' | 'applying' | 'waiting' | 'committed' | 'rolling-back' | 'rolled-back';
  generation: number | null;
  /** When it goes back by itself; null where nothing waits. */
  deadline: string | null;
  /** Why it went back. */
  reason: string | null;
}

/** A plan that the host is asked to put in force. */
export interface Errand<Order> {
  /** The same id is the same errand, however often it is sent. */
  changeId: string;
  /** The host's number of it, once it has one. */
  generation: number | null;
  order: Order;
  confirmSeconds: number;
  /** On whose behalf. */
  by: string;
}

/** Who keeps a change, and why. */
export interface Keeping {
  author: string;
  reason: string;
}

/**
 * One domain of the host that is declared, planned, put in force in stages with a way back, and watched. `observe` and `plan` change nothing; `plan` looks
 * at nothing but what it is given. What became of an errand is the host's word alone.
 */
export interface Reconciler<Desired = unknown, Observed = unknown, Order = unknown> {
  /** Word of the address and of the command line. */
  readonly domain: string;
  readonly title: string;
  /** Domains of one lane share the host's numbers, and only one change of them is under way at a time. */
  readonly lane: string;
  /** What is declared, with other values in place. Throws RECONCILE_VALUE_UNKNOWN. */
  desire(values: Values): Promise<Desired>;
  /** Never throws for a host that does not answer: it says so. */
  observe(): Promise<{ host: HostView; seen: Observed }>;
  plan(desired: Desired, seen: Observed): Promise<Plan<Order> | Obstacle>;
  /** Puts it in force until somebody confirms it. Throws what the host refuses, HOST_CONTROL_UNAVAILABLE. */
  apply(errand: Errand<Order>): Promise<HostAnswer>;
  /** What became of an errand. Throws HOST_CONTROL_UNAVAILABLE. */
  find(errand: Errand<Order>): Promise<HostAnswer>;
  confirm(errand: Errand<Order>): Promise<HostAnswer>;
  rollback(errand: Errand<Order>): Promise<HostAnswer>;
  /** Declares for good what the host has by now; answers the manifest's generation, or null where it said so already. */
  keep(values: Values, keeping: Keeping): Promise<number | null>;
  /** `watched` is false where nothing is in force that could be departed from. Throws HOST_CONTROL_UNAVAILABLE. */
  drift(): Promise<{ watched: boolean; records: DriftRecord[] }>;
  /** Puts right what needs no decision. Throws HOST_CONTROL_UNAVAILABLE. */
  heal(which: { kind?: string | undefined; subject?: string | undefined }, by: string): Promise<{ healed: number }>;
}
