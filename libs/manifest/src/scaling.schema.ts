import { z } from 'zod';

/** How the number of jobs that a worker runs at a time is found. */
export const scalingStrategies = ['fixed', 'queue-depth', 'latency-target', 'schedule', 'predictive'] as const;
export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

const slots = z.number().int().positive().max(1024);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day such as 06:30');

const least = slots.describe('Never fewer jobs at a time than this.');
const most = slots.describe('Never more jobs at a time than this.');
const calmSeconds = z
  .number()
  .int()
  .nonnegative()
  .max(86_400)
  .default(60)
  .describe('Fewer only after fewer were enough for this long, so that the number does not swing.');
const waitSeconds = z.number().positive().max(86_400).describe('Nobody should wait longer than this for a job to begin.');

const window = z
  .strictObject({
    days: z.array(z.enum(weekdays)).min(1).describe('Days on which it begins.'),
    from: timeOfDay.describe('When it begins, in the time of the machine.'),
    to: timeOfDay.describe('When it ends; earlier than its begin: on the next day.'),
    concurrency: slots.describe('Jobs at a time in this window.'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'is the same as from: the window is empty' });

const inOrder = ({ min, max }: { min: number; max: number }) => min <= max;
const orderMessage = { path: ['max'], message: 'is less than min' };

/** The shape of `queues.NAME.scaling`. Without it the declared concurrency stands. */
export const scalingSchema = z.discriminatedUnion('strategy', [
  z.strictObject({ strategy: z.literal('fixed').describe('The declared concurrency, always.') }),
  z
    .strictObject({
      strategy: z.literal('queue-depth').describe('By how many jobs there are.'),
      min: least,
      max: most,
      jobsPerSlot: z.number().positive().max(10_000).describe('One more job at a time for so many that wait or run.'),
      calmSeconds,
    })
    .refine(inOrder, orderMessage),
  z
    .strictObject({
      strategy: z
        .literal('latency-target')
        .describe('As many as keep the wait below a target, by what comes in and how long jobs take.'),
      min: least,
      max: most,
      waitSeconds,
      calmSeconds,
    })
    .refine(inOrder, orderMessage),
  z.strictObject({
    strategy: z.literal('schedule').describe('By the hour; outside all windows the declared concurrency.'),
    windows: z.array(window).min(1).describe('The first that holds counts.'),
  }),
  z
    .strictObject({
      strategy: z
        .literal('predictive')
        .describe('As latency-target, and ahead of what this hour of the week brought in the last weeks.'),
      min: least,
      max: most,
      waitSeconds,
      aheadMinutes: z.number().int().positive().max(1440).default(15).describe('How far it looks ahead.'),
      calmSeconds,
    })
    .refine(inOrder, orderMessage),
]);
export type ScalingSettings = z.output<typeof scalingSchema>;
export type ScalingStrategy = (typeof scalingStrategies)[number];
