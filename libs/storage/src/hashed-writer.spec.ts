import { createHash, randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { HashedWriter } from './hashed-writer.ts';

/** A file in memory that takes at most `most` bytes a call, as file systems may. */
function shortFile(most: number) {
  const bytes = Buffer.alloc(4_000_000);
  const calls: number[] = [];
  const writev = async (chunks: Uint8Array[], position: number) => {
    const offered = Buffer.concat(chunks).subarray(0, most);
    offered.copy(bytes, position);
    calls.push(offered.length);
    return { bytesWritten: offered.length, buffers: chunks };
  };
  return { handle: { writev } as unknown as FileHandle, bytes, calls };
}

test('chunks of any size are in the file, in order and hashed, however little it takes at a time', async () => {
  const { handle, bytes } = shortFile(70_001);
  const sent = randomBytes(3_000_000);
  const hash = createHash('sha256');
  const writer = new HashedWriter(handle, 0, hash);
  for (let at = 0; at < sent.length; ) {
    const length = 1 + ((at * 7919) % 65_536);
    await writer.write(sent.subarray(at, at + length));
    at += length;
  }
  expect(writer.position).toBe(sent.length);
  await writer.settle();
  expect(bytes.subarray(0, sent.length).equals(sent)).toBe(true);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
});

test('small chunks are gathered into few writes', async () => {
  const { handle, calls } = shortFile(2_000_000);
  const writer = new HashedWriter(handle);
  for (let index = 0; index < 32; index++) await writer.write(Buffer.alloc(65_536));
  await writer.settle();
  expect(calls).toEqual([1_048_576, 1_048_576]);
});

test('a write that fails is met by the next one and by the end', async () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const handle = { writev: () => Promise.reject(full) } as unknown as FileHandle;
  const writer = new HashedWriter(handle);
  await writer.write(Buffer.alloc(1_100_000));
  await expect(writer.write(Buffer.alloc(1_100_000))).rejects.toBe(full);
  await expect(writer.settle()).rejects.toBe(full);
});
