import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#kernel';
import { Journal } from './journal.adapter.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-journal-'));
  file = join(folder, 'journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(count: number): void {
  const journal = new Journal(file, systemClock);
  for (let index = 0; index < count; index += 1) journal.append({ event: 'something', index, nothing: undefined });
  journal.close();
}

function reopened(): number {
  const journal = new Journal(file, systemClock);
  journal.close();
  return journal.records.length;
}

it('reads what it wrote, and goes on where it ended', () => {
  write(2);
  write(1);
  expect(reopened()).toBe(3);
});

it('cuts off a line that a power cut left half', () => {
  write(2);
  appendFileSync(file, '{"sequence":3,"at"');
  expect(reopened()).toBe(2);
  write(1);
  expect(reopened()).toBe(3);
});

it.each([
  ['changed', (lines: string[]) => lines.map((line, at) => (at === 1 ? line.replace('"index":1', '"index":7') : line))],
  ['left out', (lines: string[]) => lines.filter((_, at) => at !== 1)],
  ['put elsewhere', ([first, second, ...rest]: string[]) => [second, first, ...rest]],
  ['made up', (lines: string[]) => [...lines, '{}']],
])('sees a line that was %s', (_how, change) => {
  write(4);
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  writeFileSync(file, `${change(lines).join('\n')}\n`);
  expect(reopened).toThrow(expect.objectContaining({ code: 'AGENT_JOURNAL_BROKEN' }));
});
