import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { agentVerbs, encodeFrame } from '#agent-protocol';
import { systemClock } from '#kernel';
import { Journal } from './journal.adapter.ts';
import { journalPage } from './journal-page.ts';

let folder: string;
let journal: Journal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-journal-'));
  journal = new Journal(join(folder, 'journal'), systemClock);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

/** All records, page by page, as a mirror reads them. */
function readAll(): { sequences: number[]; pages: number } {
  const sequences: number[] = [];
  let pages = 0;
  for (let after = 0; ; after = sequences.at(-1) ?? 0) {
    const page = journalPage(journal, { after, limit: 200 });
    agentVerbs['journal.read'].reply.parse(page);
    encodeFrame({ version: 1, ok: true, body: page });
    if (page.entries.length === 0) return { sequences, pages };
    sequences.push(...page.entries.map(({ sequence }) => sequence));
    pages += 1;
  }
}

it('gives every record once, in pages that fit into a message, without texts of files', () => {
  const texts = { 'holdfast-video.slice': 'x'.repeat(30_000) };
  for (let index = 1; index <= 30; index += 1)
    journal.append({
      event: 'applying',
      generation: index,
      aim: { texts },
      former: { texts },
      budgets: { video: 'y'.repeat(4_000) },
    });
  const { sequences, pages } = readAll();
  expect(sequences).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  expect(pages).toBeGreaterThan(1);
  expect(journalPage(journal, { after: 30, limit: 1 })).toMatchObject({ entries: [], last: 30, head: journal.head });
});

it('shortens a record that would fill a message by itself', () => {
  journal.append({ event: 'applying', generation: 7, assignments: { video: Array.from({ length: 20_000 }, (_, cpu) => cpu) } });
  const [entry] = journalPage(journal, { after: 0, limit: 1 }).entries;
  expect(entry?.facts).toEqual({ generation: 7, isShortened: true });
});
