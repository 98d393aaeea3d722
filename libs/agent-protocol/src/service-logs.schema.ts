import { z } from 'zod';
import { hostServices } from './services.schema.ts';

/** Services whose logs may be read, and their units: those that may be restarted, and the agent itself. None comes over the wire. */
export const loggedServices = { ...hostServices, agent: 'holdfast-agent.service' } as const satisfies Record<string, string>;
export type LoggedService = keyof typeof loggedServices;

/** The most lines of an answer. */
export const mostLogLines = 1000;

const service = z.enum(Object.keys(loggedServices) as [LoggedService, ...LoggedService[]]);
/** Exactly as sd_journal_get_cursor(3) writes it, and nothing that could be another word of a command. */
const cursor = z
  .string()
  .max(152)
  .regex(
    /^s=[0-9a-f]{32};i=[0-9a-f]{1,16};b=[0-9a-f]{32};m=[0-9a-f]{1,16};t=[0-9a-f]{1,16};x=[0-9a-f]{1,16}$/,
    'a cursor of the journal',
  );

/** What `services.logs` takes. */
export const logsRequest = z.strictObject({
  service,
  lines: z.number().int().min(1).max(mostLogLines).describe('So many at most: the newest, or the next after the cursor.'),
  after: cursor.optional().describe("An earlier answer's cursor; what was written since is answered."),
});
export type LogsRequest = z.output<typeof logsRequest>;

const logEntry = z.strictObject({
  at: z.iso.datetime().nullable(),
  priority: z.number().int().min(0).max(7).nullable().describe('As syslog counts: 3 is an error, 6 information.'),
  text: z.string().describe('As the service wrote it: not to be shown to anybody before secrets are taken out.'),
});
export type LogEntry = z.output<typeof logEntry>;

/** What `services.logs` answers, oldest first. */
export const logsReply = z.strictObject({
  service,
  units: z.array(z.string()),
  entries: z.array(logEntry),
  cursor: cursor.nullable().describe('Of the last entry, or the one that was asked with; null: there is nothing yet.'),
  more: z
    .boolean()
    .describe('Not all fitted into a message: the oldest are left out, or after a cursor the newest, for the next question.'),
});
export type LogsReply = z.output<typeof logsReply>;

/** Whether a text is a cursor that `services.logs` takes. */
export function isJournalCursor(text: string): boolean {
  return cursor.safeParse(text).success;
}
