import { z } from 'zod';
import { defineRoute } from '#kernel';

const model = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.string(),
  task: z.string(),
  enabled: z.boolean(),
  licence: z.string(),
  dimensions: z.number().int().nullable(),
  sizeBytes: z.number(),
  importedAt: z.iso.datetime(),
});

export const listModels = defineRoute({
  id: 'listModels',
  method: 'GET',
  path: '/models',
  access: 'model.read',
  summary: 'Models of the appliance, versions side by side, and what would enable what is missing',
  answer: z.object({
    items: z.array(model),
    capabilities: z.array(
      z.object({
        name: z.enum(['similar', 'meaning', 'speech', 'ocr']),
        enabled: z.boolean(),
        by: z.string().nullable(),
        hint: z.string().nullable(),
      }),
    ),
  }),
});

export const setModelEnabled = defineRoute({
  id: 'setModelEnabled',
  method: 'POST',
  path: '/models/:id/enabled',
  access: 'model.update',
  summary: 'Enable or disable a model; what it affects runs again in the background',
  params: z.object({ id: z.uuid() }),
  body: z.strictObject({ enabled: z.boolean() }),
  status: 200,
  answer: z.object({ model, affectedAssets: z.number().int() }),
});
