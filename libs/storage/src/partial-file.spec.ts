import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PartialFile } from './partial-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-partial-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file arrives in parts and its hash follows', async () => {
  const path = join(folder, 'parts');
  const first = await PartialFile.openAt(path, 0, 100);
  await first.append(Buffer.from('hold'));
  expect(await first.checkpoint()).toBe(4);
  const progress = first.progress();
  await first.close();
  const second = await PartialFile.openAt(path, 4, 100, progress);
  await second.append(Buffer.from('fast'));
  expect(await second.checkpoint()).toBe(8);
  expect(await second.progress()?.hash.digest()).toBe(createHash('sha256').update('holdfast').digest('hex'));
  await second.close();
  expect(readFileSync(path, 'utf8')).toBe('holdfast');
});

test('bytes that were never confirmed are cut off, and a hash that does not fit the offset is not continued', async () => {
  const path = join(folder, 'cut');
  const first = await PartialFile.openAt(path, 0, 100);
  await first.append(Buffer.from('hold'));
  await first.checkpoint();
  const progress = first.progress();
  await first.close();
  appendFileSync(path, 'garbage');
  const second = await PartialFile.openAt(path, 4, 100);
  await second.append(Buffer.from('fast'));
  await second.checkpoint();
  expect(second.progress()).toBeUndefined();
  await second.close();
  expect(readFileSync(path, 'utf8')).toBe('holdfast');
  const third = await PartialFile.openAt(path, 8, 100, progress);
  expect(third.progress()).toBeUndefined();
  await third.close();
});

test('fewer bytes than were confirmed is an error, never a hole', async () => {
  const path = join(folder, 'hole');
  const first = await PartialFile.openAt(path, 0, 100);
  await first.append(Buffer.from('hold'));
  await first.checkpoint();
  await first.close();
  truncateSync(path, 2);
  await expect(PartialFile.openAt(path, 4, 100)).rejects.toMatchObject({ code: 'STORAGE_IO' });
});
