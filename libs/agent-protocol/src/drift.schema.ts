import { z } from 'zod';

const healingKinds = ['P', 'K', 'I'] as const;
const words = z.string().max(400);

/** One departure of the machine from what is in force (kinds: libs/allocation/src/drift/drift.ts). */
export const driftRecord = z.strictObject({
  kind: z.enum(['F', 'P', 'K', 'T', 'I', 'X', 'H', 'U']),
  subject: words,
  expected: words,
  seen: words,
  since: z.iso.datetime().describe('When the agent saw it first; of a file, when it was last written.'),
  cause: words,
  remedy: words,
  healing: z.enum(['self', 'asks']).describe('self: the agent puts it right; asks: somebody has to decide.'),
  tries: z.number().int().min(0).describe('How often the agent has tried.'),
});
export type DriftRecord = z.output<typeof driftRecord>;

/** What `cores.observe` answers. */
export const observation = z.strictObject({
  state: z
    .enum(['undeclared', 'changing', 'watched'])
    .describe('undeclared: no generation is in force; changing: one is being applied or taken back; watched: drift is judged.'),
  generation: z.number().int().min(0).describe('The one that was held against the machine; one that waits counts.'),
  at: z.iso.datetime(),
  topologyHash: z.string(),
  drift: z.array(driftRecord),
  more: z.number().int().min(0).describe('Departures beyond those that are listed.'),
  looked: z.strictObject({
    threads: z.number().int().describe('Threads that were looked at.'),
    threadsOf: z.number().int().describe('Threads that there are.'),
    interrupts: z.number().int().describe('Interrupts and work queues that can be moved.'),
    fixedInterrupts: z.number().int().describe('Those that cannot: the kernel keeps each queue of a disk on its CPU.'),
  }),
  unseen: z.array(words).describe('What could not be looked at, and why.'),
});
export type Observation = z.output<typeof observation>;

/** What `cores.heal` takes. */
export const healRequest = z.strictObject({
  kind: z.enum(healingKinds).optional().describe('Only departures of this kind.'),
  subject: words.optional().describe('Only this one, as `cores.observe` names it. It is compared and never used.'),
});
export type HealRequest = z.output<typeof healRequest>;

/** What `cores.heal` answers. */
export const healReply = z.strictObject({
  healed: z.array(z.strictObject({ kind: z.enum(healingKinds), subject: words })),
  left: z.array(driftRecord),
});
export type HealReply = z.output<typeof healReply>;
