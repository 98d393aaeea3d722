import { z } from 'zod';

/** The name of a workload; the agent looks it up in its own inventory. */
export const workloadId = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name of small letters, digits and hyphens');

/** 16 TiB: no machine has more. */
const megabytes = z.number().int().min(0).max(16_777_216);
const threads = z.number().int().min(0).max(4096);
const weight = z.number().int().min(1).max(10_000);
const memory = z
  .strictObject({ minMb: megabytes, highMb: megabytes.min(1), maxMb: megabytes.min(1) })
  .refine(({ minMb, highMb, maxMb }) => minMb <= highMb && highMb <= maxMb, 'minMb ≤ highMb ≤ maxMb must hold');
const fewEnough = (all: object) => Object.keys(all).length <= 256;

/** What a caller asks for workloads, in place of what the inventory declares; what is left out is as declared. */
export const askedBudgets = z
  .record(
    workloadId,
    z.strictObject({
      threads: threads.optional(),
      /** null: no limits, whatever the inventory declares. */
      memory: memory.nullable().optional(),
      cpuWeight: weight.optional(),
      ioWeight: weight.optional(),
    }),
  )
  .refine(fewEnough, 'at most 256 workloads');
export type AskedBudgets = z.output<typeof askedBudgets>;

/** What each workload of a generation has; memory null: as much as there is. */
export const heldBudgets = z.record(
  workloadId,
  z.strictObject({ threads, memory: memory.nullable(), cpuWeight: weight, ioWeight: weight }),
);
export type HeldBudgets = z.output<typeof heldBudgets>;
