import { z } from 'zod';
import { defineJob } from '#queue';

/** Carries out a run that deletes; a worker that dies leaves it to the next. */
export const retentionRun = defineJob({
  name: 'retention.run',
  queue: 'completion',
  role: 'storage',
  permissions: ['asset.read', 'asset.delete', 'retention.read', 'retention.update'],
  payload: z.object({ runId: z.uuid() }),
});
