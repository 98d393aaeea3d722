import { z } from 'zod';

const positive = z.number().int().positive();

const share = z.strictObject({
  workload: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name of small letters, digits and hyphens')
    .describe('Whose share it is: ml, video.'),
  ceilingPercent: z
    .number()
    .int()
    .min(1)
    .max(100)
    .describe('The most of the processors of the card that it may take: a ceiling, nothing is reserved.'),
  memoryMb: positive.describe('Memory of the card that all its processes may take together.'),
  processes: positive.max(48).describe('Processes that use the card at a time; each may take an equal part of the memory.'),
  encoderSessions: z.number().int().nonnegative().describe('Films that it may encode on the card at a time.'),
});

const card = z
  .strictObject({
    card: z
      .union([z.number().int().min(0).max(63), z.string().regex(/^GPU-[0-9a-f-]{8,40}$/, 'as nvidia-smi -L names it: GPU-…')])
      .describe('Which card: its UUID, or its number as nvidia-smi counts.'),
    reserveMb: z.number().int().nonnegative().describe('Memory of the card that nobody is given: for the driver and contexts.'),
    mps: z.boolean().describe('Whether processes share the card through CUDA MPS; without it ceilings hold nobody back.'),
    ceilingsMayExceed: z.boolean().describe('Whether ceilings may add up to more than 100: who idles leaves it to others.'),
    encoderSessions: z
      .number()
      .int()
      .nonnegative()
      .nullable()
      .describe('Films that the driver lets encode at a time; null: as known of this kind of card.'),
    shares: z.array(share).describe('Who may take how much of it.'),
  })
  .superRefine(({ shares }, context) => {
    for (const [index, { workload }] of shares.entries())
      if (shares.findIndex((other) => other.workload === workload) !== index)
        context.addIssue({ code: 'custom', path: ['shares', index, 'workload'], message: `"${workload}" has a share already` });
  });

/** The shape of `gpu` in the manifest: who may take how much of which card. */
export const gpuSchema = z.strictObject({
  cards: z
    .array(card)
    .superRefine((cards, context) => {
      for (const [index, { card: own }] of cards.entries())
        if (cards.findIndex((other) => other.card === own) !== index)
          context.addIssue({ code: 'custom', path: [index, 'card'], message: `${own} is declared twice` });
      // CUDA takes a list of one kind only.
      if (new Set(cards.map(({ card: own }) => typeof own)).size > 1)
        context.addIssue({ code: 'custom', message: 'names some cards by number and some by UUID: one way for all' });
    })
    .describe('The cards that are shared; none: nobody is given one.'),
});

export type GpuCardSettings = z.output<typeof card>;
export type GpuShareSettings = z.output<typeof share>;
