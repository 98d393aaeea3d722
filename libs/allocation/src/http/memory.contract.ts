import { z } from 'zod';
import { defineRoute } from '#kernel';
import { workloadClasses } from '#manifest';

const megabytes = z.number().int().nonnegative().describe('MB of 1024 × 1024 bytes.');
const count = z.number().int().nonnegative();

/** Something that does not fit, and by how much. */
const obstacle = z.object({
  workload: z.string().nullable().describe('null: all workloads together.'),
  message: z.string(),
  needed: z.number().int(),
  available: z.number().int(),
});

const setting = z.object({
  program: z.string(),
  name: z.string().describe('What the program calls it.'),
  value: z.number(),
  unit: z.enum(['MB', 'kB', 'threads', 'processes', 'workers', 'connections']),
  workload: z.string().describe('Whose budget bounds it.'),
  source: z.enum(['declared', 'derived']),
  formula: z.string().describe('How it follows, in words with the figures of this machine.'),
  key: z.string().nullable().describe('Where the manifest may say it; null where it always follows.'),
});

export const getMemory = defineRoute({
  id: 'getMemory',
  method: 'GET',
  path: '/memory',
  access: 'box.read',
  summary: 'The memory of the machine, who has how much of it, and what programs are told because of it',
  answer: z.object({
    machine: z.object({ totalMb: megabytes.nullable(), availableMb: megabytes.nullable(), unguaranteedMb: megabytes }),
    workloads: z.array(
      z.object({
        id: z.string(),
        class: z.enum(workloadClasses),
        minMb: megabytes.nullable().describe('Never taken from it.'),
        highMb: megabytes.nullable().describe('Above this it is slowed down.'),
        maxMb: megabytes.nullable().describe('Above this something of it is ended.'),
        currentMb: megabytes.nullable().describe('What it takes now; null where it has no slice.'),
        events: z
          .object({ high: count, max: count, oomKill: count })
          .nullable()
          .describe('How often it met its limits since its slice was made.'),
      }),
    ),
    liveProblem: z.string().nullable().describe('Why nothing is known of what workloads take now.'),
    settings: z
      .array(setting)
      .describe(
        'What programs have: as PostgreSQL and Redis say themselves, the others as they were told when the api was started.',
      ),
    fromNextStart: z
      .array(
        setting
          .pick({ program: true, name: true, unit: true, workload: true })
          .extend({ from: z.number().nullable(), to: z.number().nullable() }),
      )
      .describe('What they get with their next start, where that is something else: a restart is awaited.'),
    obstacles: z.array(obstacle).describe('What does not fit; programs then get the least that they can run with.'),
  }),
});
