import type { JournalPage, JournalRequest } from '#agent-protocol';
import type { Journal } from './journal.adapter.ts';
import type { JournalEntry, JournalRecord } from './journal-chain.ts';

/** What fits into a message beside its envelope. */
const mostBytes = 50_000;
const mostFactBytes = 20_000;

type PageEntry = JournalPage['entries'][number];

/** Records after the one that somebody has, as many as fit into a message. Texts of files stay with the agent. */
export function journalPage(journal: Journal, { after, limit }: JournalRequest): JournalPage {
  const { records, head } = journal;
  const entries: PageEntry[] = [];
  let bytes = 0;
  for (const record of records.slice(after, after + limit)) {
    const entry = pageEntry(record);
    bytes += Buffer.byteLength(JSON.stringify(entry));
    if (bytes > mostBytes) break;
    entries.push(entry);
  }
  return { entries, last: records.length, head };
}

function pageEntry({ sequence, at, previous, hash, entry }: JournalRecord): PageEntry {
  return { sequence, at, previous, hash, event: entry.event, facts: factsOf(entry) };
}

function factsOf({
  event: _,
  aim: _aim,
  former: _former,
  requestHash: _hash,
  ...facts
}: JournalEntry): Record<string, unknown> {
  if (Buffer.byteLength(JSON.stringify(facts)) <= mostFactBytes) return facts;
  const short = Object.entries(facts).filter(([, value]) => typeof value !== 'object' && `${value}`.length < 1000);
  return { ...Object.fromEntries(short), isShortened: true };
}
