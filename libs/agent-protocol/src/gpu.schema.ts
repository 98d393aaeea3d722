import { z } from 'zod';
import { workloadId } from './budgets.schema.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const megabytes = z.number().int().min(0).max(16_777_216);

const share = {
  workload: workloadId,
  ceilingPercent: z.number().int().min(1).max(100),
  memoryMb: megabytes.min(1),
  processes: z.number().int().min(1).max(48),
  encoderSessions: z.number().int().min(0).max(4096),
};

/** Shares of graphics cards that a caller asks for, all of them: which cards there are and how they are shared, the inventory and the machine say. */
export const askedShares = z.strictObject({
  planId: hash.describe('Of the shares on the cards of this machine; the agent makes it itself and compares.'),
  shares: z
    .array(z.strictObject({ card: z.number().int().min(0).max(63).describe('Place of the card in the inventory.'), ...share }))
    .max(256),
});
export type AskedShares = z.output<typeof askedShares>;

const heldCard = z.strictObject({
  card: z.union([z.number(), z.string()]).describe('As the inventory named it: its number or its UUID.'),
  reserveMb: megabytes,
  mps: z.boolean(),
  ceilingsMayExceed: z.boolean(),
  encoderSessions: z.number().nullable(),
  shares: z.array(z.strictObject(share)),
});

/** The shares of a generation. */
export const heldShares = z.strictObject({
  planId: hash,
  cards: z.array(heldCard),
  since: z.record(z.string(), z.iso.datetime()).describe('Since when each unit is told what it is told now.'),
});
export type HeldShares = z.output<typeof heldShares>;
