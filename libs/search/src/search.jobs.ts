import { z } from 'zod';
import { defineJob } from '#queue';

/** Indexes anew what changed since it was indexed, a batch at a time: after a tag that thousands carry was renamed, say. */
export const searchRefresh = defineJob({
  name: 'search.refresh',
  queue: 'completion',
  role: 'general',
  permissions: ['asset.read', 'search.read'],
  payload: z.object({}),
});
