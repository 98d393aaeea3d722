import { z } from 'zod';
import { defineRoute } from '#kernel';

export const checkHolds = defineRoute({
  id: 'checkHolds',
  method: 'POST',
  path: '/holds/check',
  access: 'retention.read',
  summary: 'Which of these assets are under a legal hold already, and under which',
  body: z.strictObject({ ids: z.array(z.uuid()).min(1).max(1000) }),
  status: 200,
  answer: z.object({
    assets: z.number().int().describe('Of those asked for that are here.'),
    held: z.number().int().describe('Of those, under one hold or several.'),
    holds: z.array(z.object({ id: z.uuid(), name: z.string(), assets: z.number().int() })).describe('On how many each stands.'),
  }),
});
