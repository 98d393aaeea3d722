import type { LogEntry } from '#agent-protocol';

/** Of a longer text the rest is left out; with every letter escaped it still fits into a message. */
const longestText = 8_000;
/** journalctl says null for what is longer, unless it is told to say everything. */
const tooLong = '(longer than 4096 bytes: journalctl on the machine shows it)';

/** Reads an entry as journalctl writes it (systemd.journal-fields(7)); undefined where it is none. */
export function readJournalEntry(line: string): { entry: LogEntry; cursor: string } | undefined {
  const fields = parse(line);
  const { MESSAGE, PRIORITY, __REALTIME_TIMESTAMP: microseconds, __CURSOR: cursor } = fields ?? {};
  if (typeof cursor !== 'string') return undefined;
  const text = MESSAGE === null ? tooLong : textOf(MESSAGE);
  const priority = typeof PRIORITY === 'string' && /^[0-7]$/.test(PRIORITY) ? Number(PRIORITY) : null;
  return { entry: { at: instantOf(microseconds), priority, text: text.slice(0, longestText).toWellFormed() }, cursor };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What is no text comes as numbers, and a field that an entry has several times as a list. */
function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (!Array.isArray(message)) return '';
  if (message.every((byte) => typeof byte === 'number')) return Buffer.from(message as number[]).toString('utf8');
  return message.map((one) => (one === null ? tooLong : textOf(one))).join(' ');
}

function instantOf(microseconds: unknown): string | null {
  const at = new Date(Number(microseconds) / 1000);
  const isSound = typeof microseconds === 'string' && /^\d{1,16}$/.test(microseconds) && !Number.isNaN(at.getTime());
  return isSound ? at.toISOString() : null;
}
