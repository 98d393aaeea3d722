import { z } from 'zod';

const sequence = z.number().int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What `journal.read` takes. */
export const journalRequest = z.strictObject({
  after: sequence.max(2 ** 40).describe('The last record that the caller has; 0: none.'),
  limit: z.number().int().min(1).max(200),
});
export type JournalRequest = z.output<typeof journalRequest>;

/** What `journal.read` answers: fewer than asked for where more do not fit into a message. */
export const journalPage = z.strictObject({
  entries: z.array(
    z.strictObject({
      sequence,
      at: z.iso.datetime(),
      previous: hash,
      hash: hash.describe('Over the record as the agent has it, which is more than the facts here.'),
      event: z.string(),
      facts: z.record(z.string(), z.unknown()).describe('Without texts of files.'),
    }),
  ),
  last: sequence.describe('The newest record that there is.'),
  head: hash,
});
export type JournalPage = z.output<typeof journalPage>;
