import { z } from 'zod';
import { type GenerationState, type GenerationStatus, type HeldShares, heldBudgets, heldShares } from '#agent-protocol';
import type { JournalRecord } from '../journal/journal-chain.ts';

const cpusOfGroups = z.record(z.string(), z.array(z.number()));
const limits = z.object({
  memoryMin: z.number(),
  memoryHigh: z.number().nullable(),
  memoryMax: z.number().nullable(),
  cpuWeight: z.number(),
  ioWeight: z.number(),
});
// What came later has a default: journals from before are read as well.
const aim = z.object({
  texts: z.record(z.string(), z.string().nullable()),
  cpus: cpusOfGroups,
  limits: z.record(z.string(), limits).default({}),
  interrupts: cpusOfGroups.default({}),
});
/** Unit files, CPUs, limits and masks of interrupts that a machine is to have; files without text are not to be. */
export type Aim = z.output<typeof aim>;

/** Who asked, as the kernel says; the claim stands beside it. */
const peer = z.object({ pid: z.number(), uid: z.number(), unit: z.string().nullable() }).nullable().default(null);
const generation = z.number().int().min(1);
/** What the journal says of generations. `applying` holds all that is needed to go on or to go back. */
export const generationEntry = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('applying'),
    generation,
    planId: z.string(),
    claimedActor: z.string(),
    peer,
    idempotencyKey: z.string(),
    requestHash: z.string(),
    topologyHash: z.string().nullable().default(null),
    budgets: heldBudgets.default({}),
    assignments: cpusOfGroups.default({}),
    gpu: heldShares.nullable().default(null),
    aim,
    former: aim,
  }),
  z.object({ event: z.enum(['grown', 'written', 'shrunk']), generation, toward: z.enum(['aim', 'former']) }),
  z.object({
    event: z.literal('steered'),
    generation,
    toward: z.enum(['aim', 'former']),
    moved: z.number(),
    refused: z.record(z.string(), z.string()),
  }),
  z.object({ event: z.literal('armed'), generation, confirmBy: z.iso.datetime() }),
  z.object({ event: z.literal('committed'), generation, claimedActor: z.string(), peer }),
  z.object({ event: z.literal('rolling-back'), generation, reason: z.string(), claimedActor: z.string().nullable(), peer }),
  z.object({ event: z.literal('rolled-back'), generation }),
  z.object({ event: z.literal('rollback-failed'), generation, reason: z.string() }),
]);
export type GenerationEntry = z.output<typeof generationEntry>;

/** A generation as the journal has it. */
export interface Generation extends GenerationStatus {
  idempotencyKey: string;
  requestHash: string;
  /** Of the machine that it was made for; null in a journal of before. */
  topologyHash: string | null;
  assignments: Record<string, number[]>;
  /** Shares of graphics cards; null where none were ever put in force. */
  gpu: HeldShares | null;
  aim: Aim;
  former: Aim;
}

const stateAfter: Partial<Record<GenerationEntry['event'], GenerationState>> = {
  armed: 'armed',
  committed: 'committed',
  'rolling-back': 'rolling-back',
  'rolled-back': 'rolled-back',
};

/** All generations, told from the journal. */
export class GenerationHistory {
  private readonly all = new Map<number, Generation>();
  private readonly byKey = new Map<string, Generation>();
  /** The generation in force; undefined: none was ever confirmed. */
  committed: Generation | undefined;
  /** The one that is neither confirmed nor taken back. There is never more than one. */
  pending: Generation | undefined;

  constructor(records: readonly JournalRecord[]) {
    for (const { entry } of records) {
      const read = generationEntry.safeParse(entry);
      if (read.success) this.take(read.data);
    }
  }

  get next(): number {
    return Math.max(0, ...this.all.keys()) + 1;
  }

  get(number: number): Generation | undefined {
    return this.all.get(number);
  }

  withKey(idempotencyKey: string): Generation | undefined {
    return this.byKey.get(idempotencyKey);
  }

  /** Takes in what was just written down. */
  take(entry: GenerationEntry): void {
    if (entry.event === 'applying') this.begin(entry);
    const found = this.all.get(entry.generation);
    if (!found) return;
    found.state = stateAfter[entry.event] ?? found.state;
    found.confirmBy = entry.event === 'armed' ? entry.confirmBy : found.state === 'armed' ? found.confirmBy : null;
    if (entry.event === 'rolling-back') found.reason = entry.reason;
    if (found.state === 'committed') this.committed = found;
    if (found.state === 'committed' || found.state === 'rolled-back') this.pending = undefined;
  }

  private begin({ event, claimedActor, peer, ...entry }: GenerationEntry & { event: 'applying' }): void {
    const begun: Generation = { ...entry, state: 'applying', confirmBy: null, reason: null };
    this.all.set(begun.generation, begun);
    this.byKey.set(begun.idempotencyKey, begun);
    this.pending = begun;
  }
}

/** What callers are told of a generation. */
export function statusOf({ generation, planId, state, confirmBy, reason, budgets }: Generation): GenerationStatus {
  return { generation, planId, state, confirmBy, reason, budgets };
}
