import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAs, type TenantContext } from '#kernel';
import { objectPath } from '../../../libs/storage/src/object-path.ts';
import { makeStorageWorld, type StorageWorld } from './storage-world.ts';

let world: StorageWorld;
let store: StorageWorld['store'];
beforeAll(async () => {
  world = await makeStorageWorld();
  store = world.store;
});
afterAll(() => world?.close());

const inMuseum = <Result>(work: () => Result) => runAs(world.museum, work);
const inArchive = <Result>(work: () => Result) => runAs(world.archive, work);
const put = (bytes: Uint8Array) => inMuseum(() => store.put(bytes));
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
async function fileOf(sha256: string, { organisationId }: TenantContext = world.museum): Promise<string> {
  const [row] = await world.rows<{ id: string }>(`SELECT id FROM stored_object WHERE sha256 = decode($1, 'hex')`, [sha256]);
  return objectPath(world.root, organisationId, row?.id ?? '');
}

test('what is put comes back, whole or in any range, under its hash', async () => {
  const sizes = fc.oneof(
    fc.integer({ min: 0, max: 5000 }),
    fc.constantFrom(262_143, 262_144, 262_145, 524_288, 1_048_577, 2_500_000),
  );
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, left, right) => {
      const bytes = randomBytes(size);
      const { sha256, sizeBytes } = await inMuseum(() => store.put(Readable.from([bytes])));
      expect([sha256, sizeBytes]).toEqual([sha256Of(bytes), size]);
      expect((await inMuseum(() => store.read(sha256))).equals(bytes)).toBe(true);
      expect((await buffer(await inMuseum(() => store.open(sha256)))).equals(bytes)).toBe(true);
      if (size === 0) return;
      const [start = 0, end = 0] = [left % size, right % size].sort((a, b) => a - b);
      const part = await buffer(await inMuseum(() => store.open(sha256, { start, end })));
      expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('nothing of it can be read on the disk, and the row says what the file is', async () => {
  const bytes = Buffer.from('the only words of this file '.repeat(1000));
  const { sha256 } = await put(bytes);
  const file = readFileSync(await fileOf(sha256));
  expect(file.includes('the only words')).toBe(false);
  const [row] = await world.rows(
    `SELECT format, file_bytes::integer AS bytes, encode(file_sha256, 'hex') AS hash, tier FROM stored_object WHERE sha256 = decode($1, 'hex')`,
    [sha256],
  );
  expect(row).toEqual({ format: 'sealed', bytes: file.length, hash: sha256Of(file), tier: 'hot' });
});

test('the same bytes are one object per organisation, and no organisation sees the other’s', async () => {
  const bytes = Buffer.from('a photograph');
  const before = world.files(world.museum.organisationId).length;
  const [{ sha256 }] = await Promise.all([put(bytes), put(bytes), put(bytes)]);
  await put(bytes);
  expect(world.files(world.museum.organisationId)).toHaveLength(before + 1);
  expect(await inArchive(() => store.stat(sha256))).toBeUndefined();
  await expect(inArchive(() => store.open(sha256))).rejects.toMatchObject({ code: 'STORAGE_OBJECT_MISSING' });
  await inArchive(() => store.put(bytes));
  expect(world.files(world.archive.organisationId)).toHaveLength(1);
  const [theirs] = world.files(world.archive.organisationId);
  expect(readFileSync(theirs as string).equals(readFileSync(await fileOf(sha256)))).toBe(false);
});

test('five hundred small objects at once are all stored, and nothing temporary stays', async () => {
  const all = Array.from({ length: 500 }, (_, index) => Buffer.from(`object ${index}`));
  const before = world.files(world.museum.organisationId).length;
  const stored = await Promise.all(all.map(put));
  expect(new Set(stored.map(({ sha256 }) => sha256))).toEqual(new Set(all.map(sha256Of)));
  expect(world.files(world.museum.organisationId)).toHaveLength(before + 500);
  expect(world.files('.incoming')).toHaveLength(0);
});

test('bytes that are not what was announced leave nothing behind', async () => {
  const before = world.files();
  const expectedSha256 = sha256Of(Buffer.from('the real thing'));
  const wrong = inMuseum(() => store.put(Buffer.from('something else'), { expectedSha256 }));
  await expect(wrong).rejects.toMatchObject({ code: 'STORAGE_HASH_MISMATCH', kind: 'unprocessable' });
  expect(world.files()).toEqual(before);
});

test('a source that breaks off leaves nothing behind and its error comes through', async () => {
  const before = world.files();
  const source = async function* () {
    for (let sent = 0; sent < 30; sent++) yield Buffer.alloc(100_000);
    throw new Error('the line went dead');
  };
  await expect(inMuseum(() => store.put(source()))).rejects.toThrow('the line went dead');
  expect(world.files()).toEqual(before);
});

test('an object is lent as a plain file that is gone afterwards, in memory where it is small', async () => {
  const bytes = randomBytes(400_000);
  const { sha256 } = await put(bytes);
  const seen = await inMuseum(() =>
    store.lend(sha256, async (file) => ({ file, bytes: readFileSync(file), mode: statSync(file).mode & 0o777 })),
  );
  expect(seen.bytes.equals(bytes)).toBe(true);
  expect([seen.mode, seen.file.startsWith('/dev/shm/')]).toEqual([0o400, true]);
  expect(() => statSync(seen.file)).toThrow(/ENOENT/);
  await expect(inMuseum(() => store.lend('0'.repeat(64), async () => 1))).rejects.toMatchObject({
    code: 'STORAGE_OBJECT_MISSING',
  });
});

test.each([
  ['a bit has changed', (file: string) => writeFileSync(file, flipped(readFileSync(file), 5000))],
  ['the header has changed', (file: string) => writeFileSync(file, flipped(readFileSync(file), 20))],
  ['bytes were added', (file: string) => appendFileSync(file, 'x')],
  ['it was cut', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -1))],
])('a copy in which %s is told, never served, and healed by storing the bytes again', async (_, damage) => {
  const bytes = randomBytes(300_000);
  const { sha256 } = await put(bytes);
  const file = await fileOf(sha256);
  // Objects are read-only; a failing disk is not.
  rmSync(`${file}.kept`, { force: true });
  copyFileSync(file, `${file}.kept`);
  rmSync(file);
  damage(`${file}.kept`);
  copyFileSync(`${file}.kept`, file);
  rmSync(`${file}.kept`);
  expect(await inMuseum(() => store.verify(sha256))).toBe(false);
  await expect(inMuseum(() => store.read(sha256))).rejects.toMatchObject({ code: 'STORAGE_OBJECT_DAMAGED' });
  await world.rows(`UPDATE stored_object SET damage = 'seen by a test' WHERE sha256 = decode($1, 'hex')`, [sha256]);
  await put(bytes);
  expect(await inMuseum(() => store.verify(sha256))).toBe(true);
  expect((await inMuseum(() => store.read(sha256))).equals(bytes)).toBe(true);
});

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

test('an object whose file is gone is healed by storing the bytes again', async () => {
  const bytes = randomBytes(5000);
  const { sha256 } = await put(bytes);
  rmSync(await fileOf(sha256));
  await expect(inMuseum(() => store.read(sha256))).rejects.toMatchObject({ code: 'STORAGE_OBJECT_MISSING' });
  await put(bytes);
  expect((await inMuseum(() => store.read(sha256))).equals(bytes)).toBe(true);
});

test('the file of one object does not pass for another’s, nor for another organisation’s', async () => {
  const [one, other] = [await put(randomBytes(1000)), await put(randomBytes(1000))];
  const [from, to] = [await fileOf(one.sha256), await fileOf(other.sha256)];
  rmSync(to);
  copyFileSync(from, to);
  await expect(inMuseum(() => store.read(other.sha256))).rejects.toMatchObject({ code: 'STORAGE_OBJECT_DAMAGED' });
});

test('objects from before they were sealed are read as they are, and sealed when they are stored again', async () => {
  const bytes = randomBytes(700_000);
  const sha256 = sha256Of(bytes);
  const file = objectPath(world.root, world.museum.organisationId, sha256);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, bytes);
  await world.rows(
    `INSERT INTO stored_object (organisation_id, sha256, size_bytes, format) VALUES ($1, decode($2, 'hex'), $3, 'plain')`,
    [world.museum.organisationId, sha256, bytes.length],
  );
  const part = await buffer(await inMuseum(() => store.open(sha256, { start: 10, end: 600_000 })));
  expect(part.equals(bytes.subarray(10, 600_001))).toBe(true);
  expect(await inMuseum(() => store.verify(sha256))).toBe(true);

  await put(bytes);
  const [row] = await world.rows<{ format: string }>(`SELECT format FROM stored_object WHERE sha256 = decode($1, 'hex')`, [
    sha256,
  ]);
  expect(row?.format).toBe('sealed');
  expect((await inMuseum(() => store.read(sha256))).equals(bytes)).toBe(true);
  expect(await world.rows('SELECT reason FROM file_disposal WHERE name = $1', [sha256])).toEqual([{ reason: 'replaced' }]);
});

test('what is made of a person’s original is locked with that person’s key, whoever makes it', async () => {
  const person = {
    ...world.museum,
    actor: { kind: 'account' as const, id: '01920000-0000-7000-8000-000000000001', label: 'P' },
  };
  const original = await runAs(person, () => store.put(randomBytes(100)));
  const rendition = await inMuseum(() => store.put(randomBytes(101), { class: 'rendition', beside: original.sha256 }));
  const own = await put(randomBytes(102));
  const keyOf = async (sha256: string) =>
    (await world.rows<{ key: string }>(`SELECT key_id AS key FROM stored_object WHERE sha256 = decode($1, 'hex')`, [sha256]))[0]
      ?.key;
  expect(await keyOf(rendition.sha256)).toBe(await keyOf(original.sha256));
  expect(await keyOf(own.sha256)).not.toBe(await keyOf(original.sha256));
});

test('leftovers of dead processes go, work in hand of running ones stays', async () => {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const dead = join(world.root, '.incoming', `${bootId}-1-${process.pid}`);
  mkdirSync(dead, { recursive: true });
  writeFileSync(join(dead, '1'), 'half');
  expect(await store.removeLeftovers()).toBe(1);
  await put(Buffer.from('alive'));
  expect(readdirSync(join(world.root, '.incoming'))).toHaveLength(1);
  expect(world.files('.incoming')).toHaveLength(0);
});

test('names that are no hash never reach the file system', async () => {
  for (const name of ['../../etc/passwd', '', 'A'.repeat(64), `${'a'.repeat(63)}/`])
    await expect(inMuseum(() => store.stat(name))).rejects.toMatchObject({ code: 'STORAGE_NAME_INVALID' });
  await expect(store.put(Buffer.from('for nobody'))).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
});

test('what root stores belongs to whoever the data folder belongs to', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can give files away');
  const own = await makeStorageWorld(({ tiers }) => {
    for (const { path } of tiers) chownSync(path, 65534, 65534);
  });
  try {
    await runAs(own.museum, () => own.store.put(Buffer.from('read by root')));
    for (const file of own.files()) expect(statSync(file).uid).toBe(65534);
    expect(own.files(own.museum.organisationId)).toHaveLength(1);
  } finally {
    await own.close();
  }
});
