import { z } from 'zod';
import { askedBudgets, heldBudgets, workloadId } from './budgets.schema.ts';
import { askedShares, heldShares } from './gpu.schema.ts';

/** The longest time an apply may wait for its confirmation, and the shortest. */
export const deadManSeconds = { least: 5, most: 600, usual: 60 } as const;

const cpus = z.array(z.number().int().min(0).max(8191)).max(4096);
const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const generation = z
  .number()
  .int()
  .min(0)
  .max(2 ** 40);

/** Where a generation stands. */
export const generationStates = ['applying', 'armed', 'committed', 'rolling-back', 'rolled-back'] as const;
export type GenerationState = (typeof generationStates)[number];

/** A generation by its number, and where it stands. */
export const generationStatus = z.strictObject({
  generation,
  planId: hash,
  state: z.enum(generationStates),
  confirmBy: z.iso
    .datetime()
    .nullable()
    .describe('When it goes back by itself unless it is confirmed; null where nothing waits.'),
  reason: z.string().nullable().describe('Why it went back.'),
  budgets: heldBudgets,
});
export type GenerationStatus = z.output<typeof generationStatus>;

/** What `status` answers. */
export const agentStatus = z.strictObject({
  generation: generation.describe('The one that is in force; 0: none was ever confirmed.'),
  planId: hash.nullable(),
  budgets: heldBudgets.nullable().describe('Of the generation in force, whatever the inventory says by now.'),
  assignments: z.record(workloadId, cpus).nullable().describe('CPUs of each workload in force, and of the reserve.'),
  gpu: heldShares.nullable().describe('Shares of graphics cards in force; null: none were ever put in force.'),
  pending: generationStatus.nullable(),
  topologyHash: hash,
  workloads: z.array(workloadId).describe('Those that the inventory of the agent declares.'),
  journal: z.strictObject({ entries: z.number().int().min(0), head: hash }),
});
export type AgentStatus = z.output<typeof agentStatus>;

const limits = z.strictObject({
  memoryMin: z.number(),
  memoryHigh: z.number().nullable(),
  memoryMax: z.number().nullable(),
  cpuWeight: z.number(),
  ioWeight: z.number(),
});

/** What `cores.read` answers. */
export const coreGroups = z.strictObject({
  generation,
  groups: z.array(
    z.strictObject({
      name: z.string(),
      property: cpus.describe('What systemd was told (AllowedCPUs); empty: nothing.'),
      effective: cpus
        .nullable()
        .describe('What the kernel gives (cpuset.cpus.effective); null where nothing of the group runs.'),
      below: cpus.describe('What the groups below it have, taken together.'),
      limits: limits.describe('What systemd was told beside CPUs; memory in bytes, null: no limit.'),
      kernelLimits: limits.partial().describe('What the control group has of it.'),
      heldBytes: z.number().describe('Memory that cannot be had back while its programs run.'),
    }),
  ),
});
export type CoreGroups = z.output<typeof coreGroups>;

/** What `cores.apply` takes. */
export const applyRequest = z.strictObject({
  planId: hash,
  topologyHash: hash.describe('Of the machine that was planned for.'),
  baseGeneration: generation.describe('The generation in force when the plan was made.'),
  assignments: z
    .record(workloadId, cpus)
    .refine((all) => Object.keys(all).length <= 256, 'at most 256 workloads')
    .describe('CPUs of each workload, and of the reserve.'),
  budgets: askedBudgets
    .default({})
    .describe('Threads, memory and weights in place of those in the inventory; `planId` is of what comes of both.'),
  gpu: askedShares.optional().describe('Shares of graphics cards; left out, those in force stay.'),
  idempotencyKey: z.uuid().describe('The same key with the same request is answered again and done once.'),
  deadManSeconds: z.number().int().min(deadManSeconds.least).max(deadManSeconds.most).default(deadManSeconds.usual),
});
export type ApplyRequest = z.output<typeof applyRequest>;

/** What `cores.confirm` and `cores.rollback` take; asking again changes nothing. */
export const generationRequest = z.strictObject({ generation: generation.min(1) });

/** What `cores.find` takes: the key that a change was asked for with. */
export const findRequest = z.strictObject({ idempotencyKey: z.uuid() });

/** What `cores.find` answers. */
export const foundChange = z.strictObject({
  change: generationStatus.nullable().describe('null: no change was ever asked for with this key.'),
});
