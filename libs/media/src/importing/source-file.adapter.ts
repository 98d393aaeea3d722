import { createHash } from 'node:crypto';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { HoldfastError } from '#kernel';
import type { StoredBytes } from '#storage';
import type { FoundFile } from './find-files.adapter.ts';

const chunkBytes = 1_048_576;

/** A file being imported, opened once: whatever its name points at later, these are the bytes. */
export class SourceFile {
  readonly #handle: FileHandle;
  readonly #found: FoundFile;

  private constructor(handle: FileHandle, found: FoundFile) {
    this.#handle = handle;
    this.#found = found;
  }

  /** Throws IMPORT_READ_FAILED; a symbolic link put in the file's place is not followed. */
  static async open(found: FoundFile): Promise<SourceFile> {
    try {
      return new SourceFile(await open(found.path, constants.O_RDONLY | constants.O_NOFOLLOW), found);
    } catch (cause) {
      throw readFailed(cause);
    }
  }

  /** The bytes from the start, in chunks that nobody changes. Throws IMPORT_READ_FAILED or, once `signal` says so, its reason. */
  async *chunks(signal: AbortSignal): AsyncGenerator<Buffer> {
    for (let position = 0; ; ) {
      signal.throwIfAborted();
      const buffer = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await this.#handle.read(buffer, 0, chunkBytes, position).catch((cause) => {
        throw readFailed(cause);
      });
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async hash(signal: AbortSignal): Promise<StoredBytes> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of this.chunks(signal)) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
    return { sha256: hash.digest('hex'), sizeBytes };
  }

  /** Throws IMPORT_FILE_CHANGED where the file is not what was found: somebody is still writing it. */
  async requireUnchanged(readBytes: number): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size === readBytes && mtimeMs === this.#found.modifiedMs) return;
    throw new HoldfastError('IMPORT_FILE_CHANGED', {
      kind: 'conflict',
      message: 'The file changed while it was read.',
      action: 'Import it again once it is finished.',
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function readFailed(cause: unknown): HoldfastError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new HoldfastError('IMPORT_READ_FAILED', {
    kind: 'unprocessable',
    message: `The file cannot be read: ${message}`,
    action: code === 'EACCES' ? 'Give this account the right to read it.' : 'Look at the disk it lies on.',
    values: { systemCode: code },
    cause,
  });
}
