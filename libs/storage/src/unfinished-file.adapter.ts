import { type FileHandle, open } from 'node:fs/promises';
import { isSealedObject, ObjectOpener, sealedChunkBytes, sealedHeaderBytes, sealedTagBytes } from '#sealed-object';
import { IncomingTail } from './incoming-tail.adapter.ts';
import type { Sealing } from './sealed-writer.ts';

/** A file that is expected, or has arrived in part. */
export interface Expected {
  path: string;
  /** What it will have when it is complete. */
  sizeBytes: number;
  sealing: Sealing;
}

const stride = sealedChunkBytes + sealedTagBytes;

/** The first `offset` bytes of an unfinished file, which were confirmed: whole chunks from the file, the rest from it or from its tail. */
export async function* readConfirmed({ path, sizeBytes, sealing }: Expected, offset: number): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const header = await readAt(handle, 0, sealedHeaderBytes);
    const wholeChunks = Math.floor(offset / sealedChunkBytes);
    const rest = offset - wholeChunks * sealedChunkBytes;
    // A file that was never longer than a chunk has nothing but a tail.
    const opener =
      wholeChunks > 0 || isSealedObject(header) ? new ObjectOpener(sealing.dataKey, sealing.context, header) : undefined;
    for (let chunk = 0; opener && chunk < wholeChunks; chunk += 1) yield await chunkAt(handle, opener, chunk, false);
    if (rest === 0) return;
    const isComplete = Math.floor(sizeBytes / sealedChunkBytes) === wholeChunks;
    const inFile = opener && (await chunkAt(handle, opener, wholeChunks, isComplete).catch(() => undefined));
    const bytes = inFile ?? (await new IncomingTail(path, sealing).read(wholeChunks * sealedChunkBytes));
    if (bytes === undefined || bytes.length < rest) throw new Error(`fewer than the ${offset} confirmed bytes are there`);
    yield bytes.subarray(0, rest);
  } finally {
    await handle.close();
  }
}

async function chunkAt(handle: FileHandle, opener: ObjectOpener, index: number, isLast: boolean): Promise<Buffer> {
  const sealed = await readAt(handle, sealedHeaderBytes + index * stride, stride);
  return opener.openChunk(index, sealed, isLast);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
