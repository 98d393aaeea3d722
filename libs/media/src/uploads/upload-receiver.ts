import { createHash } from 'node:crypto';
import { HoldfastError } from '#kernel';
import type { IncomingObject } from '#storage';
import { checksumMismatch, uploadInterrupted, uploadOverflows } from './upload-errors.ts';

/** Bytes after which what came is made durable and confirmed, while more comes. */
export const checkpointEveryBytes = 67_108_864;
/** How far receiving may run ahead of a checkpoint in the making. */
const longestLeadBytes = 2 * checkpointEveryBytes;

export interface Receiving {
  file: IncomingObject;
  /** What the whole upload was announced to have. */
  sizeBytes: number;
  body: AsyncIterable<Uint8Array>;
  /** SHA-256 of this body, hexadecimal, where the sender announced one: nothing of it counts until it matches. */
  checksum?: string | undefined;
  /** Notes durable bytes where the next resumption finds them. */
  confirm(offsetBytes: number): Promise<void>;
}

/**
 * Takes a body into a partial file. Durable bytes are confirmed as they come along and, whatever ends the body, at the end: a broken
 * connection costs nothing that arrived. Throws UPLOAD_INTERRUPTED, UPLOAD_OVERFLOWS, UPLOAD_CHECKSUM_MISMATCH, STORAGE_FULL.
 */
export async function receive(receiving: Receiving): Promise<number> {
  const { file, sizeBytes, body, checksum, confirm } = receiving;
  const bodyHash = checksum === undefined ? undefined : createHash('sha256');
  let confirmed = file.position;
  let failure: unknown;
  let running: Promise<void> | undefined;
  const note = async (bytes: number) => {
    if (bytes > confirmed) await confirm(bytes);
    confirmed = Math.max(confirmed, bytes);
  };
  const pause = async () => note(await file.pause());
  const inBackground = () => {
    running = file
      .checkpoint()
      .then(note)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => {
        running = undefined;
      });
  };
  try {
    for await (const chunk of body) {
      if (file.position + chunk.length > sizeBytes) throw uploadOverflows(sizeBytes);
      await file.append(chunk);
      bodyHash?.update(chunk);
      const lead = file.position - confirmed;
      if (!bodyHash && lead >= checkpointEveryBytes && !running) inBackground();
      if (running && lead > longestLeadBytes) await running;
      if (failure) throw failure;
    }
  } catch (error) {
    await running;
    // Unless the disk failed, what came is kept; of a body with a checksum only the whole counts.
    if (!isStorageError(error) && !failure && !bodyHash) await pause();
    throw error instanceof HoldfastError ? error : uploadInterrupted(error);
  }
  await running;
  if (failure) throw failure;
  if (bodyHash && bodyHash.digest('hex') !== checksum) throw checksumMismatch();
  await pause();
  return confirmed;
}

function isStorageError(thrown: unknown): boolean {
  return thrown instanceof HoldfastError && thrown.code.startsWith('STORAGE_');
}
