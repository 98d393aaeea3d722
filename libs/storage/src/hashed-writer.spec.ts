import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { byteMill } from './byte-mill.adapter.ts';
import { newHashedWriter, newRunningHash } from './hashed-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-writer-'));
const path = join(folder, 'file');
afterAll(() => rmSync(folder, { recursive: true }));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Chunks of very different lengths. */
function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + ((at * 7919) % 200_000);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

test.each([
  ['nothing', 0, 0],
  ['a small file', 900_000, 900_000],
  ['a file of exactly one batch', 1_048_576, 1_048_576],
  ['a large file', 5_000_000, 5_000_000],
  ['a stream of unknown length', 3_000_000, undefined],
])('%s is written in order and hashed', async (_, length, announced) => {
  const bytes = randomBytes(length);
  const handle = await open(path, 'w');
  const hash = newRunningHash(announced);
  const writer = newHashedWriter(handle, 0, hash);
  for (const chunk of chunksOf(bytes)) await writer.write(chunk);
  expect(writer.position).toBe(length);
  await writer.settle();
  await handle.close();
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(await hash.digest()).toBe(sha256(bytes));
  hash.release();
});

test('a hash goes on with the next part of the file, and may be asked in between', async () => {
  const bytes = randomBytes(4_000_000);
  const hash = newRunningHash(bytes.length);
  const parts = [bytes.subarray(0, 1_500_000), bytes.subarray(1_500_000)];
  for (const [index, part] of parts.entries()) {
    const handle = await open(path, index === 0 ? 'w' : 'r+');
    const writer = newHashedWriter(handle, index === 0 ? 0 : 1_500_000, hash);
    for (const chunk of chunksOf(part)) await writer.write(chunk);
    await writer.settle();
    await handle.close();
    expect(await hash.digest()).toBe(sha256(bytes.subarray(0, writer.position)));
  }
  expect(readFileSync(path).equals(bytes)).toBe(true);
  hash.release();
});

test('many files at once do not mix', async () => {
  const files = Array.from({ length: 6 }, () => randomBytes(2_500_000));
  const sums = files.map(async (bytes, index) => {
    const handle = await open(join(folder, `many-${index}`), 'w');
    const hash = newRunningHash(bytes.length);
    const writer = newHashedWriter(handle, 0, hash);
    for (const chunk of chunksOf(bytes)) await writer.write(chunk);
    await writer.settle();
    await handle.close();
    return hash.digest();
  });
  expect(await Promise.all(sums)).toEqual(files.map(sha256));
});

test.each([
  ['small', 1000],
  ['large', 8_000_000],
])('a %s file that cannot be written says what the system says, at the next chunk or at the end', async (_, sizeBytes) => {
  const handle = await open('/dev/full', 'r+');
  const writer = newHashedWriter(handle, 0, newRunningHash(sizeBytes));
  const writing = async () => {
    for (let sent = 0; sent < sizeBytes; sent += 1_000_000) await writer.write(Buffer.alloc(Math.min(sizeBytes, 1_000_000)));
    await writer.settle();
  };
  await expect(writing()).rejects.toMatchObject({ code: 'ENOSPC', syscall: 'write' });
  await handle.close();
});

test('a hash whose beginning was lost with its thread is refused, never given wrong', async () => {
  const handle = await open(path, 'w');
  const [stream, bytes] = [byteMill.newStream(), byteMill.newBatch()];
  await expect(byteMill.write({ stream, fd: handle.fd, position: 1_048_576, bytes, isHashed: true })).rejects.toThrow(
    '0 of 1048576 bytes were hashed',
  );
  await expect(byteMill.digest(byteMill.newStream(), 2_000_000)).rejects.toThrow('0 of 2000000 bytes were hashed');
  await handle.close();
});
