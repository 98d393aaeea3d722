import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HoldfastError, newId } from '#kernel';
import type { Accepted } from '../ingest/arrival.ts';
import type { FoundFile } from './find-files.adapter.ts';
import { emptyTally, filesOf, importFolder } from './folder-import.ts';
import { SettledFiles, watchFolder } from './watch-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text = path) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const accepted: Accepted = { assetId: newId(), isDuplicate: false, isRestored: false, kind: 'image', state: 'processing' };
const nameOf = ({ folder: below, name }: FoundFile) =>
  `${below.toString().split('/').slice(1).join('/')}/${name}`.replace(/^\//, '');

test('finished files are found in all folders; hidden, unfinished and strewn-about ones are not, and links lead nowhere', async () => {
  for (const path of [
    'a.jpg',
    'b/c/d.mp4',
    'b/c/.hidden',
    '.git/x',
    'film.mkv.part',
    'film.mp4.crdownload',
    'x.tmp',
    'old~',
    'Thumbs.db',
    '@eaDir/x',
  ])
    write(path);
  symlinkSync('/etc/passwd', join(folder, 'link.txt'));
  symlinkSync('/etc', join(folder, 'link'));
  const names: string[] = [];
  for await (const found of filesOf(folder)) names.push(nameOf(found));
  expect(names).toEqual(['a.jpg', 'b/c/d.mp4']);
});

test('a file that fails is counted and passed over', async () => {
  for (const path of ['1', '2', '3']) write(path);
  const tally = emptyTally();
  await importFolder(tally, {
    folder,
    signal: AbortSignal.timeout(5000),
    importFile: async (found) => {
      if (found.name.toString() === '2')
        throw new HoldfastError('IMPORT_READ_FAILED', { kind: 'unprocessable', message: 'bad sector' });
      return found.name.toString() === '3' ? { ...accepted, isDuplicate: true } : accepted;
    },
  });
  expect(tally).toMatchObject({ newFiles: 1, knownFiles: 1, failedFiles: 1, bytes: 2 });
  expect(tally.failures).toEqual([{ path: join(folder, '2'), code: 'IMPORT_READ_FAILED', message: 'bad sector' }]);
});

test('a full disk ends the import instead of failing every file', async () => {
  for (let index = 0; index < 50; index++) write(String(index));
  const tally = emptyTally();
  const full = importFolder(tally, {
    folder,
    signal: AbortSignal.timeout(5000),
    importFile: async () => {
      throw new HoldfastError('STORAGE_FULL', { kind: 'storage-full', message: 'full' });
    },
  });
  await expect(full).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  expect(tally.failedFiles).toBeLessThanOrEqual(6);
});

test('a watched file is taken once it has rested, and again only when it has changed', () => {
  let now = 0;
  const settled = new SettledFiles(5000, () => now);
  const file = (sizeBytes: number, modifiedMs: number): FoundFile => ({
    path: Buffer.from('/in/a'),
    name: Buffer.from('a'),
    folder: Buffer.from('in'),
    sizeBytes,
    modifiedMs,
  });
  expect(settled.take(file(10, 1))).toBe(false);
  now = 4000;
  expect(settled.take(file(20, 2))).toBe(false);
  now = 8000;
  expect(settled.take(file(20, 2))).toBe(false);
  now = 9000;
  expect(settled.take(file(20, 2))).toBe(true);
  expect(settled.take(file(20, 2))).toBe(false);
  settled.endLook();
  settled.endLook();
  expect(settled.take(file(20, 2))).toBe(false);
});

test('what lands in a watched folder is imported when it is finished, in new folders too', async () => {
  const stop = new AbortController();
  const tally = emptyTally();
  const seen: string[] = [];
  const watching = watchFolder(tally, 0.3, {
    folder,
    signal: stop.signal,
    importFile: async (found) => {
      seen.push(`${nameOf(found)}:${found.sizeBytes}`);
      return accepted;
    },
  });
  write('first.jpg', '12345');
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['first.jpg:5']);
  write('new/second.jpg.part', '12');
  write('new/second.jpg', '123');
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['first.jpg:5', 'new/second.jpg:3']);
  stop.abort();
  await watching;
  expect(tally.newFiles).toBe(2);
});
