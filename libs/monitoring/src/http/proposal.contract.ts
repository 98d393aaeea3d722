import { z } from 'zod';
import { defineRoute } from '#kernel';

const threads = z.number().int().nonnegative().describe('Hardware threads.');
const busy = z.number().describe('CPUs that it kept busy, and one more while some of it waited for a CPU.');
const minutesOfWeek = z.number().int().describe('Minutes of a week.');

export const getCoreProposal = defineRoute({
  id: 'getCoreProposal',
  method: 'GET',
  path: '/cores/proposal',
  access: 'box.read',
  summary: 'Other budgets of cores that the measured load suggests, with the evidence; changes nothing',
  answer: z.object({
    measuredAt: z.iso.datetime(),
    proposal: z
      .object({
        changes: z.array(z.object({ id: z.string(), from: threads, to: threads, because: z.string() })),
        threads: z.record(z.string(), threads).describe('Of every budget, the reserve among them.'),
        effect: z.array(
          z.object({
            id: z.string(),
            tightMinutesBefore: minutesOfWeek.describe(
              'So many minutes of a week were tighter than its class should have them.',
            ),
            tightMinutesAfter: minutesOfWeek.describe('So many would have been.'),
          }),
        ),
        isHeldOut: z.boolean().describe('Whether the effect is that of a week which the proposal had not seen.'),
        planId: z.string(),
      })
      .nullable(),
    nothing: z
      .object({ code: z.enum(['TOO_LITTLE_MEASURED', 'BUDGETS_FIT', 'NOTHING_TO_GIVE']), message: z.string() })
      .nullable()
      .describe('Why nothing is proposed.'),
    evidence: z.array(
      z.object({
        id: z.string(),
        minutes: z.number().int().describe('So many were measured.'),
        p50: busy,
        p95: busy,
        p99: busy,
        tight: z.number().describe('Share of the minutes, 0 to 1, that were tighter than its class should have them.'),
        needed: threads.describe('Threads that would have been enough.'),
        busiest: z
          .array(z.object({ day: z.number().int().describe('0 is Sunday.'), hour: z.number().int(), busy }))
          .describe('The hours of the week that ask for the most, in the time of the machine.'),
      }),
    ),
  }),
});
