import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, runAs } from '#kernel';
import { ObjectStore } from './object-store.ts';

let root: string;
let store: ObjectStore;
const [museum, archive] = [newId(), newId()];

const as = <Result>(organisationId: string, work: () => Result) =>
  runAs({ organisationId, actor: { kind: 'system', id: 't', label: 't' }, permissions: new Set(), requestId: 't' }, work);
const inMuseum = <Result>(work: () => Result) => as(museum, work);
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-objects-'));
  store = new ObjectStore(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('what is put comes back, whole or in any range, under its hash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.nat(5000), fc.nat(5000), async (bytes, left, right) => {
      const { sha256, sizeBytes } = await inMuseum(() => store.put(Readable.from([Buffer.from(bytes)])));
      expect([sha256, sizeBytes]).toEqual([sha256Of(bytes), bytes.length]);
      expect(await inMuseum(() => store.read(sha256))).toEqual(Buffer.from(bytes));
      if (bytes.length === 0) return;
      const [start = 0, end = 0] = [left % bytes.length, right % bytes.length].sort((a, b) => a - b);
      const part = await buffer(await inMuseum(() => store.open(sha256, { start, end })));
      expect(part).toEqual(Buffer.from(bytes.subarray(start, end + 1)));
    }),
    { numRuns: 40 },
  );
});

test('the same bytes are one object per organisation, and no organisation sees the other’s', async () => {
  const bytes = Buffer.from('a photograph');
  const [{ sha256 }] = await Promise.all([inMuseum(() => store.put(bytes)), inMuseum(() => store.put(bytes))]);
  expect(filesBelow(join(root, museum))).toHaveLength(1);
  expect(await as(archive, () => store.stat(sha256))).toBeUndefined();
  await expect(as(archive, () => store.open(sha256))).rejects.toMatchObject({ code: 'STORAGE_OBJECT_MISSING' });
  await as(archive, () => store.put(bytes));
  expect(filesBelow(join(root, archive))).toHaveLength(1);
});

test('five hundred small objects at once are all stored, and nothing temporary stays', async () => {
  const all = Array.from({ length: 500 }, (_, index) => Buffer.from(`object ${index}`));
  const stored = await Promise.all(all.map((bytes) => inMuseum(() => store.put(bytes))));
  expect(new Set(stored.map(({ sha256 }) => sha256))).toEqual(new Set(all.map(sha256Of)));
  expect(filesBelow(join(root, museum))).toHaveLength(500);
  expect(filesBelow(join(root, '.incoming'))).toHaveLength(0);
});

test('bytes that are not what was announced leave nothing behind', async () => {
  const announced = sha256Of(Buffer.from('the real thing'));
  const put = inMuseum(() => store.put(Buffer.from('something else'), announced));
  await expect(put).rejects.toMatchObject({ code: 'STORAGE_HASH_MISMATCH', kind: 'unprocessable' });
  expect(filesBelow(root)).toHaveLength(0);
});

test('a source that breaks off leaves nothing behind and its error comes through', async () => {
  const source = async function* () {
    yield Buffer.alloc(100_000);
    throw new Error('the line went dead');
  };
  await expect(inMuseum(() => store.put(source()))).rejects.toThrow('the line went dead');
  expect(filesBelow(root)).toHaveLength(0);
});

test('a finished file is adopted without a copy', async () => {
  const file = join(root, 'finished');
  writeFileSync(file, 'finished upload');
  const { ino } = statSync(file);
  const { sha256 } = await inMuseum(() => store.adopt(file));
  expect(sha256).toBe(sha256Of(Buffer.from('finished upload')));
  const inode = await inMuseum(() => store.lend(sha256, async (path) => statSync(path).ino));
  expect(inode).toBe(ino);
  expect(readdirSync(root)).not.toContain('finished');
});

test('a finished file of another file system is copied', async () => {
  const elsewhere = mkdtempSync('/dev/shm/holdfast-');
  try {
    const file = join(elsewhere, 'finished');
    writeFileSync(file, 'from far away');
    const { sha256 } = await inMuseum(() => store.adopt(file));
    expect((await inMuseum(() => store.read(sha256))).toString()).toBe('from far away');
    expect(readdirSync(elsewhere)).toEqual([]);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test('a copy that has rotted is told, and healed by storing the bytes again', async () => {
  const bytes = Buffer.from('precious');
  const { sha256 } = await inMuseum(() => store.put(bytes));
  await inMuseum(() => store.lend(sha256, async (path) => writeFileSync(path, 'preciouz')));
  expect(await inMuseum(() => store.verify(sha256))).toBe(false);
  await inMuseum(() => store.put(bytes));
  expect(await inMuseum(() => store.verify(sha256))).toBe(true);
});

test('leftovers of dead processes go, work in hand of running ones stays', async () => {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const dead = join(root, '.incoming', `${bootId}-1-${process.pid}`);
  mkdirSync(dead, { recursive: true });
  writeFileSync(join(dead, '1'), 'half');
  await inMuseum(() => store.put(Buffer.from('alive')));
  expect(readdirSync(join(root, '.incoming'))).toHaveLength(1);
  expect(filesBelow(join(root, '.incoming'))).toHaveLength(0);
  expect(await store.removeLeftovers()).toBe(0);
});

test('names that are no hash never reach the file system', async () => {
  for (const name of ['../../etc/passwd', '', 'A'.repeat(64), `${'a'.repeat(63)}/`])
    await expect(inMuseum(() => store.stat(name))).rejects.toMatchObject({ code: 'STORAGE_NAME_INVALID' });
  await expect(store.put(Buffer.from('for nobody'))).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
});

test('what root stores belongs to whoever the data folder belongs to', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can give files away');
  chownSync(root, 65534, 65534);
  const { sha256 } = await inMuseum(() => store.put(Buffer.from('read by root')));
  await inMuseum(() => store.lend(sha256, async (path) => expect(statSync(path).uid).toBe(65534)));
  for (const entry of readdirSync(root, { recursive: true })) expect(statSync(join(root, String(entry))).uid).toBe(65534);
});
