import { z } from 'zod';
import { timeOfDay } from './time-of-day.ts';

const positive = z.number().int().positive();

const percent = z.number().min(1).max(99);

/** Where objects lie: a folder of a file system, fast or large. */
const tierSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,30}$/)
      .describe('How it is called: hot, warm, cold.'),
    path: z
      .string()
      .regex(/^\/?[A-Za-z0-9_][A-Za-z0-9_./-]*$/, 'a path without ".." or special characters')
      .describe('Its folder: below the home, or the mount point of a disk.'),
    fileSystemUuid: z
      .string()
      .nullable()
      .describe('Of the file system that must be mounted there; null takes what is there at first.'),
    lowPercent: percent.describe('A run under pressure makes room until so much is used.'),
    highPercent: percent.describe('Pressure begins once so much is used.'),
    criticalPercent: percent.describe('From here on room is made at any hour.'),
    minFreeBytes: z.number().int().nonnegative().describe('Moves never leave less free.'),
    minFreeInodes: z.number().int().nonnegative().describe('Moves never leave fewer files to be made.'),
    residenceHours: z.number().nonnegative().describe('An object stays at least so long before it moves on.'),
    maxWriteBytesPerDay: positive.nullable().describe('Wear that moves may cause; null is no limit.'),
    parallelMoves: positive.describe('Moves to or from this tier at a time; 1 for spinning disks.'),
  })
  .refine(({ lowPercent, highPercent, criticalPercent }) => lowPercent < highPercent && highPercent < criticalPercent, {
    message: 'lowPercent < highPercent < criticalPercent must hold',
  });
export type TierSettings = z.output<typeof tierSchema>;

/** What is moved between tiers, and when; docs/guides/tiers.md says it in words. */
export const moverSchema = z.strictObject({
  enabled: z.boolean().describe('Whether workers move by themselves; what is asked for by hand is moved either way.'),
  window: z
    .strictObject({
      from: timeOfDay.describe('When it begins, such as 01:00.'),
      to: timeOfDay.describe('When it ends; before it begins means the next day.'),
    })
    .describe('Local time in which objects move for their age; equal times mean always.'),
  ages: z
    .array(
      z.strictObject({
        class: z.enum(['original', 'rendition']).describe('What was brought, or what was made of it.'),
        from: z.string().describe('The tier that it leaves.'),
        to: z.string().describe('The tier that it goes to.'),
        idleHours: positive.describe('Moved once nobody has read it for so long.'),
      }),
    )
    .describe('What goes down because nobody reads it.'),
  promotion: z
    .strictObject({
      reads: positive.describe('Moved to the first tier when it was read so often …'),
      withinHours: positive.describe('… in so many hours …'),
      waitHours: z.number().nonnegative().describe('… and came to its tier at least so long ago.'),
    })
    .nullable()
    .describe('What comes back because it is read; null: nothing does by itself.'),
  maxMovesPerRun: positive.describe('Objects that one run moves at most.'),
  maxBytesPerRun: positive.describe('Bytes that one run moves at most.'),
  graceMinutes: z.number().min(1).describe('How long the old copy stays for those who have it open.'),
  minBytesPerSecond: positive.describe('Moves are never slowed below this.'),
  maxBytesPerSecond: positive.nullable().describe('Moves are never faster; null is no limit.'),
  scrub: z
    .strictObject({
      everyDays: positive.describe('All of every object is read back and compared this often.'),
      bytesPerSecond: positive.describe('Reading back is never faster.'),
    })
    .describe('Reading back what lies on the disks.'),
});
export type MoverSettings = z.output<typeof moverSchema>;

/** The shape of `tiers` in the manifest. */
export const tiersSchema = z
  .array(tierSchema)
  .min(1)
  .refine((tiers) => new Set(tiers.map(({ name }) => name)).size === tiers.length, { message: 'each name once' });
