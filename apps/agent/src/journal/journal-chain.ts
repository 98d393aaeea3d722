import { createHash } from 'node:crypto';
import { z } from 'zod';
import { agentError } from '#agent-protocol';

/** What an empty journal's first record follows. */
export const chainStart = '0'.repeat(64);

const entrySchema = z.looseObject({ event: z.string() });
const recordSchema = z.strictObject({
  sequence: z.number().int().min(1),
  at: z.iso.datetime(),
  previous: z.string(),
  entry: entrySchema,
  hash: z.string(),
});
/** One line of the journal: what happened, and the hash over it and the line before. */
export type JournalRecord = z.output<typeof recordSchema>;
/** What is written down. */
export type JournalEntry = z.output<typeof entrySchema>;

function hashOf({ sequence, at, previous, entry }: Omit<JournalRecord, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify([sequence, at, previous, entry]))
    .digest('hex');
}

/** The record that follows another. */
export function chainRecord(last: JournalRecord | undefined, at: Date, entry: JournalEntry): JournalRecord {
  const open = { sequence: (last?.sequence ?? 0) + 1, at: at.toISOString(), previous: last?.hash ?? chainStart, entry };
  return { ...open, hash: hashOf(open) };
}

/** Reads whole lines, each checked against the one before. Throws AGENT_JOURNAL_BROKEN with the line. */
export function readChain(lines: readonly string[], file: string): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (const line of lines) {
    const record = readRecord(line);
    const last = records.at(-1);
    const follows = record?.previous === (last?.hash ?? chainStart) && record.sequence === (last?.sequence ?? 0) + 1;
    if (!record || !follows || hashOf(record) !== record.hash)
      throw agentError(
        'AGENT_JOURNAL_BROKEN',
        `Line ${records.length + 1} of ${file} is not what the agent wrote: somebody changed the journal, or the disk lost part of it.`,
        'Find out who did; then move the file aside and start the agent again. It begins a new journal with generation 0.',
      );
    records.push(record);
  }
  return records;
}

function readRecord(line: string): JournalRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
