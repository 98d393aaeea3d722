import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { openBuffer } from '#sealed-object';
import { byteMill } from './byte-mill.adapter.ts';
import { SealedWriter, type Sealing } from './sealed-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-writer-'));
const path = join(folder, 'file');
afterAll(() => rmSync(folder, { recursive: true }));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const newSealing = (): Sealing => {
  return { dataKey: randomBytes(32), context: { organisationId: newId(), objectId: newId(), version: 1 } };
};
const opened = (file: string, { dataKey, context }: Sealing) => openBuffer(dataKey, context, readFileSync(file));

/** Chunks of very different lengths. */
function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + ((at * 7919) % 200_000);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

async function writeChunks(file: string, bytes: Buffer, sealing: Sealing) {
  const handle = await open(file, 'w');
  const writer = new SealedWriter(handle, sealing);
  for (const chunk of chunksOf(bytes)) await writer.write(chunk);
  const digests = await writer.finish();
  await handle.close();
  return digests;
}

test.each([
  ['nothing', 0],
  ['a small file', 900_000],
  ['a file of exactly one chunk', 262_144],
  ['a file of exactly one batch', 1_048_576],
  ['a file of exactly two batches', 2_097_152],
  ['a large file', 5_000_000],
])('%s is sealed in order, and its hashes are those of its bytes and of the file', async (_, length) => {
  const bytes = randomBytes(length);
  const sealing = newSealing();
  const digests = await writeChunks(path, bytes, sealing);
  const file = readFileSync(path);
  expect(digests).toEqual({ sha256: sha256(bytes), sizeBytes: length, fileSha256: sha256(file), fileBytes: file.length });
  expect(opened(path, sealing).equals(bytes)).toBe(true);
  const whole = await open(path, 'w');
  const again = await new SealedWriter(whole, sealing).writeAll(bytes);
  await whole.close();
  expect(again.sha256).toBe(digests.sha256);
  expect(opened(path, sealing).equals(bytes)).toBe(true);
});

test('what is flushed in between covers whole chunks and changes nothing of the outcome', async () => {
  const bytes = randomBytes(3_000_000);
  const sealing = newSealing();
  const handle = await open(path, 'w');
  const writer = new SealedWriter(handle, sealing);
  const flushes: Promise<number>[] = [];
  for (const chunk of chunksOf(bytes)) {
    await writer.write(chunk);
    if (flushes.length < 9) flushes.push(writer.flush());
  }
  for (const covered of await Promise.all(flushes)) expect(covered % 262_144).toBe(0);
  const covered = await writer.flush();
  expect(writer.pending).toEqual(new Uint8Array(bytes.subarray(covered)));
  expect((await writer.finish()).sha256).toBe(sha256(bytes));
  await handle.close();
  expect(opened(path, sealing).equals(bytes)).toBe(true);
});

test('many files at once do not mix', async () => {
  const files = Array.from({ length: 6 }, () => randomBytes(2_500_000));
  const sealings = files.map(newSealing);
  const pathOf = (index: number) => join(folder, `many-${index}`);
  await Promise.all(files.map((bytes, index) => writeChunks(pathOf(index), bytes, sealings[index] as Sealing)));
  for (const [index, bytes] of files.entries())
    expect(opened(pathOf(index), sealings[index] as Sealing).equals(bytes)).toBe(true);
});

test.each([
  ['small', 1000],
  ['large', 8_000_000],
])('a %s file that cannot be written says what the system says, at the next chunk or at the end', async (_, sizeBytes) => {
  const handle = await open('/dev/full', 'r+');
  const writer = new SealedWriter(handle, newSealing());
  const writing = async () => {
    for (let sent = 0; sent < sizeBytes; sent += 1_000_000) await writer.write(Buffer.alloc(Math.min(sizeBytes, 1_000_000)));
    await writer.finish();
  };
  await expect(writing()).rejects.toMatchObject({ code: 'ENOSPC', syscall: expect.stringContaining('write') });
  await writer.abandon();
  await handle.close();
});

test('a file whose beginning was lost with its thread is refused, never given half', async () => {
  const handle = await open(path, 'w');
  const { dataKey, context } = newSealing();
  const stream = byteMill.begin(dataKey, context);
  byteMill.forget(stream);
  const append = byteMill.append({ stream, fd: handle.fd, bytes: byteMill.newBatch(), isLast: false });
  await expect(append).rejects.toThrow('the beginning of the file was lost');
  await handle.close();
});
