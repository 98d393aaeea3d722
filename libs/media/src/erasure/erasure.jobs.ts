import { z } from 'zod';
import { defineJob } from '#queue';

/** Carries out what somebody asked to be erased, step by step. */
export const erasureRun = defineJob({
  name: 'erasure.run',
  queue: 'completion',
  role: 'general',
  permissions: ['erasure.update'],
  payload: z.object({ erasureId: z.uuid() }),
});
