import { z } from 'zod';
import { defineJob } from '#queue';

/** Wraps anew what the old version of a key wraps, to the end of the rotation; of the provider's keys too. */
export const keyRotate = defineJob({
  name: 'key.rotate',
  queue: 'completion',
  role: 'general',
  permissions: [],
  payload: z.object({ rotationId: z.uuid() }),
});
