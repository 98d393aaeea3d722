import { z } from 'zod';
import { defineRoute, defineSocketEvent, pageOf, pageQuery } from '#kernel';
import { queueNames, scalingStrategies } from '#manifest';

export const queueState = z.object({
  name: z.enum(queueNames),
  concurrency: z.number().int().describe('Jobs at a time, as declared.'),
  scaling: z
    .object({ strategy: z.enum(scalingStrategies), slots: z.number().int(), reason: z.string() })
    .nullable()
    .describe('Jobs at a time by the strategy of the queue, and why; null where the declared number stands.'),
  waiting: z.number().int().describe('Due or published, not yet running.'),
  running: z.number().int(),
  dead: z.number().int(),
  oldestWaitingSeconds: z.number().nullable(),
  finishedLastMinute: z.number().int(),
});

export const listQueues = defineRoute({
  id: 'listQueues',
  method: 'GET',
  path: '/queues',
  access: 'job.read',
  summary: 'Every queue: what waits, runs and failed, and how old the oldest is',
  answer: z.object({ items: z.array(queueState), redisAvailable: z.boolean() }),
});

const deadLetter = z.object({
  id: z.uuid(),
  queue: z.enum(queueNames),
  job: z.string(),
  assetId: z.uuid().nullable(),
  assetName: z.string().nullable(),
  attempts: z.number().int(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  diedAt: z.iso.datetime(),
});

export const listDeadLetters = defineRoute({
  id: 'listDeadLetters',
  method: 'GET',
  path: '/queues/dead',
  access: 'job.read',
  summary: 'Jobs that are out of attempts, newest first',
  query: pageQuery,
  answer: pageOf(deadLetter),
});

export const retryDeadLetters = defineRoute({
  id: 'retryDeadLetters',
  method: 'POST',
  path: '/queues/dead/retry',
  access: 'job.retry',
  summary: 'Run dead letters again: the named ones, or all',
  body: z.strictObject({ ids: z.array(z.uuid()).max(1000).optional() }),
  status: 200,
  answer: z.object({ retried: z.number().int() }),
});

export const queueChanged = defineSocketEvent({
  name: 'queue.changed',
  permission: 'job.read',
  payload: z.object({ queue: z.enum(queueNames) }),
});
