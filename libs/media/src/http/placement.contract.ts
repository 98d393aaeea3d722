import { z } from 'zod';
import { defineRoute } from '#kernel';

const assetPlacement = z.object({
  assetId: z.uuid(),
  name: z.string(),
  original: z.object({
    objectId: z.uuid().describe('`explainObject` says why it lies there and what moves it next.'),
    tier: z.string(),
    bytes: z.number(),
    pinnedTier: z.string().nullable(),
    neverMove: z.boolean(),
    held: z.boolean(),
    damage: z.string().nullable(),
  }),
  renditions: z
    .array(
      z.object({
        tier: z.string(),
        objects: z.number().int(),
        bytes: z.number(),
        pinned: z.number().int(),
        held: z.number().int(),
      }),
    )
    .describe('What was made of it, by tier.'),
});

export const explainAsset = defineRoute({
  id: 'explainAsset',
  method: 'GET',
  path: '/assets/:id/placement',
  access: 'storage.read',
  summary: 'Where an asset’s original and renditions lie',
  params: z.object({ id: z.uuid() }),
  answer: assetPlacement,
});

export const pinAsset = defineRoute({
  id: 'pinAsset',
  method: 'PATCH',
  path: '/assets/:id/placement',
  access: 'storage.update',
  summary: 'Pin an asset to a tier, or keep it from moving: its original, and its renditions where asked',
  params: z.object({ id: z.uuid() }),
  body: z.strictObject({
    pinnedTier: z.string().nullable().optional().describe('Stay on this tier; null lets it go.'),
    neverMove: z.boolean().optional(),
    renditions: z.boolean().default(false).describe('What was made of it, too.'),
  }),
  answer: assetPlacement,
});
