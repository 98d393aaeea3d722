import { appendFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLogFile } from './log-file.adapter.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  file = join(folder, 'api.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (lines: number, after?: string | null) => {
  const page = readLogFile(file, { lines, after: after ?? undefined });
  return { ...page, texts: page.lines.map(({ text }) => text) };
};

test('the end of a log is read, then only what came since, and a line once it is whole', () => {
  writeFileSync(file, 'one\ntwo\nthree\nfo');
  const first = read(2);
  expect(first.texts).toEqual(['two', 'three']);
  expect(read(2, first.cursor).texts).toEqual([]);
  appendFileSync(file, 'ur\nfive\n');
  const second = read(10, first.cursor);
  expect(second.texts).toEqual(['four', 'five']);
  expect(read(1, first.cursor).texts).toEqual(['five']);
  truncateSync(file);
  appendFileSync(file, 'anew\n');
  expect(read(10, second.cursor).texts).toEqual(['anew']);
});

test('of a large log the end is read, without a line that is cut off', () => {
  writeFileSync(file, `${'x'.repeat(99)}\n`.repeat(10_000));
  const page = read(100_000);
  expect(page.texts.length).toBeGreaterThan(5000);
  expect(new Set(page.texts)).toEqual(new Set(['x'.repeat(99)]));
  appendFileSync(file, `${'y'.repeat(99)}\n`.repeat(10_000));
  expect(new Set(read(100_000, page.cursor).texts)).toEqual(new Set(['y'.repeat(99)]));
});

test('what is not there, or leads elsewhere, is not read', () => {
  expect(read(10)).toMatchObject({ texts: [], cursor: null, reason: 'Nothing was written yet.' });
  symlinkSync('/etc/passwd', file);
  expect(read(10)).toMatchObject({ texts: [], reason: expect.stringContaining('cannot be read') });
});
