import { z } from 'zod';
import { alertsSchema } from './alerts.schema.ts';
import { backupsSchema, plansKeptTooLong } from './backups.schema.ts';
import { gpuSchema } from './gpu.schema.ts';
import { keysSchema } from './keys.schema.ts';
import { monitoringSchema } from './monitoring.schema.ts';
import { scalingSchema } from './scaling.schema.ts';
import { servicesSchema } from './services.schema.ts';
import { figuresToDerive } from './settings/figures-to-derive.ts';
import { moverSchema, tiersSchema } from './tiers.schema.ts';
import { workloadsSchema } from './workloads.schema.ts';
import { zonesSchema } from './zones.schema.ts';

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

const queue = z.strictObject({
  concurrency: positive.describe('Jobs of this queue that one worker process runs at a time.'),
  attempts: positive.describe('Attempts before a job becomes a dead letter.'),
  scaling: scalingSchema
    .optional()
    .describe('How that number follows the load; without it, it stands (docs/guides/scaling.md).'),
});

const sections = z.strictObject({
  profile: z.enum(profiles).describe('The hardware that this is written for; config/profiles has one file for each.'),
  listen: z
    .strictObject({
      host: z.string().describe('Address of this machine; 127.0.0.1 is reached from here only.'),
      port: z.number().int().min(1).max(65535).describe('Port of the portal and the API.'),
    })
    .describe('Where the API listens.'),
  paths: z
    .strictObject({
      postgres: relativePath.describe("The private PostgreSQL's data."),
      redis: relativePath.describe("The private Redis' data."),
      prometheus: relativePath.describe('Configuration and history of the private Prometheus.'),
      run: relativePath.describe('Unix sockets and process ids.'),
      logs: relativePath.describe('What services write while they run.'),
      uploads: relativePath.describe('Unfinished uploads; on the file system of the first tier.'),
      models: relativePath.describe('Imported models.'),
      scratch: relativePath.describe('Working files of parsers; emptied at start.'),
      samples: relativePath.describe('Sample media.'),
      secrets: relativePath.describe('What nobody else may read.'),
    })
    .describe('Folders below the home.'),
  tiers: tiersSchema.describe('Where objects lie, from fast to large; the first takes in what is new.'),
  mover: moverSchema.describe('What is moved between tiers, and when.'),
  postgres: z
    .strictObject({
      sharedBuffersMb: positive
        .nullable()
        .describe('Pages of tables and indexes kept in memory; null: from the memory of the workload postgresql.'),
      maintenanceWorkMemMb: positive
        .nullable()
        .describe('For building indexes and cleaning up; null: from the memory of the workload postgresql.'),
      maxConnections: positive.describe('Connections of all processes together.'),
      poolSize: positive.describe('Connections per process.'),
    })
    .describe('The database.'),
  redis: z
    .strictObject({
      maxMemoryMb: positive.nullable().describe('What it may keep in memory; null: from the memory of the workload redis.'),
    })
    .describe('Queues and events.'),
  workers: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z][a-z0-9-]*$/)
          .describe('Name of the process.'),
        roles: z.array(z.enum(workerRoles)).min(1).describe('Jobs that it takes.'),
      }),
    )
    .min(1)
    .describe('Worker processes.'),
  queues: z
    .strictObject({
      image: queue.describe('Pictures.'),
      video: queue.describe('Films.'),
      transcription: queue.describe('Speech.'),
      text: queue.describe('Documents and text in pictures.'),
      embedding: queue.describe('Meaning, for search.'),
      completion: queue.describe('What follows when all steps are done.'),
    })
    .describe('The queues of the pipeline.'),
  ingest: z
    .strictObject({
      maxFileBytes: positive.describe('Larger files are refused.'),
      maxNameLength: positive.describe('Longer names are refused.'),
      uploadExpiryHours: positive.describe('Uploads that nobody continues are forgotten after so long.'),
      minFreeBytes: z
        .number()
        .int()
        .nonnegative()
        .describe('Uploads stop while the file system of the objects has less than this free.'),
      watchSettleSeconds: z
        .number()
        .positive()
        .describe('A watched file counts as finished when it has not changed for this long.'),
    })
    .describe('What is taken in.'),
  objects: z
    .strictObject({
      orphanHours: positive.describe('Stored bytes that nothing refers to are removed once they are this old.'),
      sweepEveryHours: positive.describe('How often a worker looks for them.'),
    })
    .describe('Stored bytes.'),
  parsers: z
    .strictObject({
      imageProcesses: positive.describe('Sandboxed image parsers kept warm.'),
      memoryMb: positive.nullable().describe('Memory of one parser process; null: from the memory of the workload video.'),
      wallSeconds: positive.describe('How long one file may take.'),
      videoWallSeconds: positive.describe('How long a film may take.'),
      processes: positive.describe('Processes that one parser may start.'),
      maxPixels: positive.describe('Larger pictures are not opened.'),
      maxFrames: positive.describe('More frames of a picture are not read.'),
      recycleAfterFiles: positive.describe('A warm parser makes room for a fresh one after so many files.'),
    })
    .describe('Limits of one parser process; a file that needs more kills its parser, never the worker.'),
  inference: z
    .strictObject({
      batchSize: positive.describe('So much is inferred at once.'),
      batchWindowMs: z.number().nonnegative().describe('How long a batch waits to be full.'),
      threads: positive.nullable().describe('Threads of one model; null: those of the workload ml.'),
    })
    .describe('Running models.'),
  workloads: workloadsSchema.describe('Who shares the cores of the machine; none: everybody runs everywhere.'),
  gpu: gpuSchema.describe('Who may take how much of which graphics card.'),
  monitoring: monitoringSchema.describe('The history of what is measured (docs/guides/monitoring.md).'),
  keys: keysSchema.describe('Who keeps the keys of everything that is stored.'),
  sessions: z
    .strictObject({
      idleMinutes: positive.describe('A session ends when nobody uses it for so long.'),
      absoluteHours: positive.describe('A session ends after so long, used or not.'),
      freeAttempts: positive.describe('Failed sign-ins per account and address before each further one waits, doubling.'),
    })
    .describe('Who is signed in.'),
  services: servicesSchema.describe('Who starts the services, and where they are.'),
  zones: zonesSchema.describe('Networks by name and what may be reached from each. Declared only: nothing reads it yet.'),
  alerts: alertsSchema.describe('Who is told of what, when. Declared only: nothing reads it yet.'),
  backups: backupsSchema.describe('What is copied where, when and for how long. Declared only: nothing reads it yet.'),
});

/** Sections that are checked and kept, but that nothing in this release acts on yet: whoever shows them says so. */
export const declaredOnly = ['zones', 'alerts', 'backups'] as const satisfies readonly (keyof z.output<typeof sections>)[];

/** The shape of `config/appliance.yaml`. */
export const manifestSchema = sections
  .refine(
    ({ mover, tiers }) =>
      mover.ages.every(({ from, to }) => [from, to].every((name) => tiers.some((one) => one.name === name))),
    { message: 'names a tier that is not declared', path: ['mover', 'ages'] },
  )
  .superRefine((manifest, context) => {
    for (const { path, workload, what } of figuresToDerive(manifest)) {
      const message = `null follows from the workload ${workload}, which declares no ${what}`;
      context.addIssue({ code: 'custom', path, message });
    }
  })
  .superRefine(({ backups, keys: { backupWindowDays } }, context) => {
    for (const index of plansKeptTooLong(backups, backupWindowDays))
      context.addIssue({
        code: 'custom',
        path: ['backups', 'plans', index, 'keepDays'],
        message: `is more than keys.backupWindowDays (${backupWindowDays}): what is erased would stay readable in older copies`,
      });
  });

/** The declared appliance, paths still relative. */
export type Manifest = z.output<typeof manifestSchema>;
