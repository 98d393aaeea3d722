import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { HoldfastError } from '#kernel';
import {
  ObjectOpener,
  plainSize,
  releaseBytes,
  sealedChunkBytes,
  sealedHeaderBytes,
  sealedSpan,
  sealedTagBytes,
} from '#sealed-object';
import type { LocatedObject } from './object-locator.ts';
import { sealContextOf } from './seal-context.ts';
import { asStorageError, objectDamaged } from './storage-errors.ts';

/** Reads an object's plaintext, whole or in parts; `close` it, or let a stream of it end. */
export interface ObjectReader {
  readonly sizeBytes: number;
  /** Plaintext bytes `start` to `end`, both included and within the size. */
  read(start: number, end: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Bytes that are fetched at once while streaming: whole chunks. */
const stepBytes = 4 * sealedChunkBytes;

/** Opens the file of an object. Rejects with the system's error; throws STORAGE_OBJECT_DAMAGED where it is not what was stored. */
export async function openReader({ file, path, dataKey }: LocatedObject): Promise<ObjectReader> {
  const handle = await open(path, 'r');
  try {
    if (dataKey === undefined) return new PlainReader(handle, (await handle.stat()).size);
    const header = await readAt(handle, 0, sealedHeaderBytes);
    const opener = new ObjectOpener(dataKey, sealContextOf(file), header);
    dataKey.fill(0);
    const sizeBytes = plainSize((await handle.stat()).size);
    if (sizeBytes !== file.sizeBytes) throw objectDamaged(file.sha256);
    return new SealedReader(handle, opener, sizeBytes, file.sha256);
  } catch (cause) {
    await handle.close();
    throw asReadError(file.sha256, cause);
  }
}

/** A stream of plaintext bytes `start` to `end`; it closes the reader. The next step is fetched while one is sent. */
export function streamOf(reader: ObjectReader, start: number, end: number): Readable {
  const stream = Readable.from(stepsOf(reader, start, end), { objectMode: false, highWaterMark: stepBytes });
  // Also where nobody ever read: the generator has not begun then, and has no end to clean up at.
  stream.once('close', () => void reader.close().catch(() => {}));
  return stream;
}

async function* stepsOf(reader: ObjectReader, start: number, end: number): AsyncGenerator<Buffer> {
  const step = (at: number) => {
    // Steps end where chunks do, so that none is opened twice.
    const last = Math.min(end, at - (at % sealedChunkBytes) + stepBytes - 1);
    const bytes = reader.read(at, last);
    bytes.catch(() => {});
    return { bytes, next: last + 1 };
  };
  for (let current = start <= end ? step(start) : undefined; current; ) {
    const bytes = await current.bytes;
    current = current.next <= end ? step(current.next) : undefined;
    yield bytes;
  }
}

/** SHA-256 of an object's plaintext, hexadecimal. */
export async function hashOf(reader: ObjectReader): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of stepsOf(reader, 0, reader.sizeBytes - 1)) hash.update(bytes);
  return hash.digest('hex');
}

/** Size and SHA-256 of a file as it lies on the disk, or undefined where there is none. */
export async function fileHashOf(path: string): Promise<{ fileBytes: number; fileSha256: string } | undefined> {
  const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw asStorageError(cause, 'while looking for an object');
  });
  if (!handle) return undefined;
  const reader = new PlainReader(handle, (await handle.stat()).size);
  return { fileBytes: reader.sizeBytes, fileSha256: await hashOf(reader).finally(() => reader.close()) };
}

class PlainReader implements ObjectReader {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  read(start: number, end: number): Promise<Buffer> {
    return readAt(this.#handle, start, end - start + 1);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

class SealedReader implements ObjectReader {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #opener: ObjectOpener;
  readonly #sha256: string;

  constructor(handle: FileHandle, opener: ObjectOpener, sizeBytes: number, sha256: string) {
    this.#handle = handle;
    this.#opener = opener;
    this.sizeBytes = sizeBytes;
    this.#sha256 = sha256;
  }

  async read(start: number, end: number): Promise<Buffer> {
    const { firstChunk, offset, length } = sealedSpan(start, end, this.sizeBytes);
    const lastOfAll = Math.floor(this.sizeBytes / sealedChunkBytes);
    try {
      const sealed = await readAt(this.#handle, offset, length);
      const stride = sealedChunkBytes + sealedTagBytes;
      const plain = Buffer.allocUnsafe(length - Math.ceil(length / stride) * sealedTagBytes);
      let done = 0;
      for (let at = 0, index = firstChunk; at < length; at += stride, index += 1)
        done += this.#opener.openInto(plain, done, index, sealed.subarray(at, at + stride), index === lastOfAll);
      releaseBytes(sealed);
      const from = start - firstChunk * sealedChunkBytes;
      return plain.subarray(from, from + end - start + 1);
    } catch (cause) {
      throw asReadError(this.#sha256, cause);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function asReadError(sha256: string, cause: unknown): HoldfastError {
  if (cause instanceof HoldfastError && cause.code.startsWith('KEYS_OBJECT_')) return objectDamaged(sha256, cause);
  return asStorageError(cause, 'while reading an object');
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
