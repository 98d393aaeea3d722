import { z } from 'zod';
import { keysSchema } from './keys.schema.ts';
import { workloadsSchema } from './workloads.schema.ts';

const positive = z.number().int().positive();
const relativePath = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/, 'a relative path without ".." or special characters')
  .refine((path) => !path.split('/').includes('..'));

/** The queues of the pipeline; names are fixed because jobs are declared on them in code. */
export const queueNames = ['image', 'video', 'transcription', 'text', 'embedding', 'completion'] as const;
export type QueueName = (typeof queueNames)[number];

/** A handler runs in worker processes that have its role. */
export const workerRoles = ['media', 'inference', 'storage', 'general'] as const;
export type WorkerRole = (typeof workerRoles)[number];

/** Hardware that there is a profile of. */
export const profiles = ['evaluation', 'ryzen-7950x-4090', 'epyc-two-socket'] as const;

const percent = z.number().min(1).max(99);

/** Where objects lie: a folder of a file system, fast or large. */
const tier = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
    path: z.string().regex(/^\/?[A-Za-z0-9_][A-Za-z0-9_./-]*$/, 'a path without ".." or special characters'),
    fileSystemUuid: z
      .string()
      .nullable()
      .describe('Of the file system that must be mounted there; null takes what is there at first.'),
    lowPercent: percent.describe('A run under pressure makes room until so much is used.'),
    highPercent: percent.describe('Pressure begins once so much is used.'),
    criticalPercent: percent.describe('From here on room is made at any hour.'),
    minFreeBytes: z.number().int().nonnegative().describe('Moves never leave less free.'),
    minFreeInodes: z.number().int().nonnegative(),
    residenceHours: z.number().nonnegative().describe('An object stays at least so long before it moves on.'),
    maxWriteBytesPerDay: positive.nullable().describe('Wear that moves may cause; null is no limit.'),
    parallelMoves: positive.describe('Moves to or from this tier at a time; 1 for spinning disks.'),
  })
  .refine(({ lowPercent, highPercent, criticalPercent }) => lowPercent < highPercent && highPercent < criticalPercent, {
    message: 'lowPercent < highPercent < criticalPercent must hold',
  });
export type TierSettings = z.output<typeof tier>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 01:30');

/** What is moved between tiers, and when; docs/guides/tiers.md says it in words. */
const mover = z.strictObject({
  enabled: z.boolean().describe('Whether workers move by themselves; what is asked for by hand is moved either way.'),
  window: z
    .strictObject({ from: timeOfDay, to: timeOfDay })
    .describe('Local time in which objects move for their age; equal times mean always.'),
  ages: z.array(
    z.strictObject({
      class: z.enum(['original', 'rendition']),
      from: z.string(),
      to: z.string(),
      idleHours: positive.describe('Moved once nobody has read it for so long.'),
    }),
  ),
  promotion: z
    .strictObject({
      reads: positive.describe('Moved to the first tier when it was read so often …'),
      withinHours: positive.describe('… in so many hours …'),
      waitHours: z.number().nonnegative().describe('… and came to its tier at least so long ago.'),
    })
    .nullable(),
  maxMovesPerRun: positive,
  maxBytesPerRun: positive,
  graceMinutes: z.number().min(1).describe('How long the old copy stays for those who have it open.'),
  minBytesPerSecond: positive.describe('Moves are never slowed below this.'),
  maxBytesPerSecond: positive.nullable().describe('Moves are never faster; null is no limit.'),
  scrub: z.strictObject({
    everyDays: positive.describe('All of every object is read back and compared this often.'),
    bytesPerSecond: positive,
  }),
});

const queue = z.strictObject({
  concurrency: positive.describe('Jobs of this queue that one worker process runs at a time.'),
  attempts: positive.describe('Attempts before a job becomes a dead letter.'),
});

const sections = z.strictObject({
  profile: z.enum(profiles).describe('The hardware that this is written for; config/profiles has one file for each.'),
  listen: z.strictObject({ host: z.string(), port: z.number().int().min(1).max(65535) }),
  paths: z.strictObject({
    postgres: relativePath,
    redis: relativePath,
    run: relativePath.describe('Unix sockets and process ids.'),
    logs: relativePath,
    uploads: relativePath.describe('Unfinished uploads; on the file system of the first tier.'),
    models: relativePath,
    scratch: relativePath.describe('Working files of parsers; emptied at start.'),
    samples: relativePath,
    secrets: relativePath,
  }),
  tiers: z
    .array(tier)
    .min(1)
    .refine((tiers) => new Set(tiers.map(({ name }) => name)).size === tiers.length, { message: 'each name once' })
    .describe('From fast to large; the first takes in what is new.'),
  mover,
  postgres: z.strictObject({
    sharedBuffersMb: positive,
    maintenanceWorkMemMb: positive,
    maxConnections: positive,
    poolSize: positive.describe('Connections per process.'),
  }),
  redis: z.strictObject({ maxMemoryMb: positive }),
  workers: z
    .array(z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]*$/), roles: z.array(z.enum(workerRoles)).min(1) }))
    .min(1),
  queues: z.strictObject({
    image: queue,
    video: queue,
    transcription: queue,
    text: queue,
    embedding: queue,
    completion: queue,
  }),
  ingest: z.strictObject({
    maxFileBytes: positive,
    maxNameLength: positive,
    uploadExpiryHours: positive,
    minFreeBytes: z.number().int().nonnegative(),
    watchSettleSeconds: z.number().positive(),
  }),
  objects: z.strictObject({
    orphanHours: positive.describe('Stored bytes that nothing refers to are removed once they are this old.'),
    sweepEveryHours: positive.describe('How often a worker looks for them.'),
  }),
  parsers: z.strictObject({
    imageProcesses: positive.describe('Sandboxed image parsers kept warm.'),
    memoryMb: positive,
    wallSeconds: positive,
    videoWallSeconds: positive,
    processes: positive,
    maxPixels: positive,
    maxFrames: positive,
    recycleAfterFiles: positive,
  }),
  inference: z.strictObject({ batchSize: positive, batchWindowMs: z.number().nonnegative(), threads: positive }),
  workloads: workloadsSchema.describe('Who shares the cores of the machine; none: everybody runs everywhere.'),
  keys: keysSchema,
  sessions: z.strictObject({ idleMinutes: positive, absoluteHours: positive, freeAttempts: positive }),
});

/** The shape of `config/appliance.yaml`. */
export const manifestSchema = sections.refine(
  ({ mover, tiers }) => mover.ages.every(({ from, to }) => [from, to].every((name) => tiers.some((one) => one.name === name))),
  { message: 'names a tier that is not declared', path: ['mover', 'ages'] },
);

export type MoverSettings = z.output<typeof mover>;
/** The declared appliance, paths still relative. */
export type Manifest = z.output<typeof manifestSchema>;
