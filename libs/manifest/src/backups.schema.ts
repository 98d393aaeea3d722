import { z } from 'zod';
import { readSchedule, scheduleForms } from './schedule.ts';

/** What can be backed up. */
export const backupContents = ['database', 'objects', 'configuration', 'keys'] as const;

const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name of small letters, digits and hyphens');
const schedule = z.string().refine((text) => readSchedule(text) !== undefined, scheduleForms);

const target = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder').describe('A folder on a file system of its own.'),
    name: name.describe('How plans call it.'),
    path: z
      .string()
      .regex(/^\/[A-Za-z0-9_][A-Za-z0-9_./-]*$/, 'a whole path without ".." or special characters')
      .refine((path) => !path.split('/').includes('..'), 'a whole path without ".." or special characters')
      .describe('Its folder, usually a mount point.'),
    fileSystemUuid: z
      .string()
      .nullable()
      .describe('Of the file system that must be mounted there; null takes what is there at first.'),
  }),
  z.strictObject({
    kind: z.literal('s3').describe('A bucket of a server that speaks S3.'),
    name: name.describe('How plans call it.'),
    endpoint: z
      .url()
      .refine((address) => URL.canParse(address) && new URL(address).protocol === 'https:', 'https://HOST')
      .describe('Address of the server; https.'),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket')
      .describe('Name of the bucket.'),
    credentialsFile: z
      .string()
      .regex(/^\/[^\0]{1,500}$/, 'a whole path')
      .describe('File with the access key: no secret stands in the manifest.'),
  }),
]);

const plan = z.strictObject({
  name: name.describe('How it is called: nightly, monthly.'),
  what: z.array(z.enum(backupContents)).min(1).describe('What is copied.'),
  schedule: schedule.describe(`When, in local time: ${scheduleForms}.`),
  to: z.array(name).min(1).describe('Targets by name.'),
  keepDays: z
    .number()
    .int()
    .positive()
    .max(3650)
    .describe('Copies older than this are removed; at most keys.backupWindowDays.'),
});

/** The shape of `backups` in the manifest: what is copied where, when and for how long. */
export const backupsSchema = z
  .strictObject({
    targets: z.array(target).describe('Places that copies go to.'),
    plans: z.array(plan).describe('What is copied, when, and how long it is kept; none: no backups.'),
    drill: schedule.nullable().describe(`When a restore is tried and proven: ${scheduleForms}; null: by hand only.`),
  })
  .superRefine(({ targets, plans, drill }, context) => {
    const report = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    for (const [list, names] of [
      ['targets', targets.map((one) => one.name)],
      ['plans', plans.map((one) => one.name)],
    ] as const)
      for (const [index, own] of names.entries())
        if (names.indexOf(own) !== index) report([list, index, 'name'], `"${own}" is declared twice`);
    const known = targets.map((one) => one.name);
    for (const [index, { to }] of plans.entries())
      for (const [place, own] of to.entries())
        if (!known.includes(own))
          report(['plans', index, 'to', place], `there is no target "${own}"; there are ${known.join(', ') || 'none'}`);
    if (drill !== null && plans.length === 0) report(['drill'], 'has nothing to restore: no plan is declared');
  });
export type BackupSettings = z.output<typeof backupsSchema>;

/** Plans that keep copies longer than erased data may stay readable in them, by index; `windowDays` is `keys.backupWindowDays`. */
export function plansKeptTooLong({ plans }: BackupSettings, windowDays: number): number[] {
  return plans.flatMap(({ keepDays }, index) => (keepDays > windowDays ? [index] : []));
}
