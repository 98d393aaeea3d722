import { createHash } from 'node:crypto';
import { constants, type FileHandle, open } from 'node:fs/promises';
import {
  ObjectOpener,
  ObjectSealer,
  plainSize,
  releaseBytes,
  type SealContext,
  sealedChunkBytes,
  sealedHeaderBytes,
  sealedTagBytes,
} from '#keys';

/** The key of a file and what it is sealed as. */
export interface FileSeal {
  dataKey: Uint8Array;
  context: SealContext;
}

/** What was written: hash in hexadecimal and size of the plaintext. */
export interface WrittenPlain {
  sha256: string;
  sizeBytes: number;
}

const stride = sealedChunkBytes + sealedTagBytes;

/** Writes bytes as one sealed object to a new file, a chunk at a time; not yet durable. */
export async function writeSealed(
  handle: FileHandle,
  { dataKey, context }: FileSeal,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<WrittenPlain> {
  const sealer = new ObjectSealer(dataKey, context);
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(sealedChunkBytes);
  let [filled, index, sizeBytes] = [0, 0, 0];
  const put = async (isLast: boolean) => {
    const parts = sealer.sealParts(index++, chunk.subarray(0, filled), isLast);
    for (const part of parts) await handle.appendFile(part);
    for (const part of parts) releaseBytes(part);
    filled = 0;
  };
  await handle.appendFile(sealer.header);
  for await (const piece of bytes) {
    hash.update(piece);
    sizeBytes += piece.length;
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + sealedChunkBytes - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === sealedChunkBytes) await put(false);
    }
  }
  await put(true);
  chunk.fill(0);
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** Plaintext of a sealed object from its first to its last chunk, each checked before it is given out. Throws KEYS_OBJECT_* and the system's errors. */
export async function* readSealed(path: string, { dataKey, context }: FileSeal): AsyncGenerator<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    const opener = new ObjectOpener(dataKey, context, await readAt(handle, 0, sealedHeaderBytes));
    const last = Math.floor(plainSize(size) / sealedChunkBytes);
    for (let index = 0; index <= last; index++) {
      const sealed = await readAt(handle, sealedHeaderBytes + index * stride, stride);
      yield opener.openChunk(index, sealed, index === last);
      releaseBytes(sealed);
    }
  } finally {
    await handle.close();
  }
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
