import { HoldfastError } from '#kernel';

const noRoom = new Set(['ENOSPC', 'EDQUOT']);

/** A refusal for want of room, before or while writing. */
export function storageFull(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('STORAGE_FULL', {
    kind: 'storage-full',
    message,
    action: 'Free space on the file system of the objects (or lower ingest.minFreeBytes), then send the file again.',
    retryAfterSeconds: 60,
    cause,
  });
}

/** A file system's error as ours: no room is STORAGE_FULL, anything else STORAGE_IO with the system's code in `values`. */
export function asStorageError(cause: unknown, doing: string): HoldfastError {
  if (cause instanceof HoldfastError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code !== undefined && noRoom.has(code)) return storageFull(`There is no room left ${doing}.`, cause);
  return new HoldfastError('STORAGE_IO', {
    kind: 'unavailable',
    message: `The storage failed ${doing}: ${message}`,
    action: 'Look at the disk (`dmesg`, SMART) and at the permissions of the data folder.',
    values: { systemCode: code },
    cause,
  });
}

/** The bytes of an object are not where the database says they are. */
export function objectMissing(sha256: string, cause?: unknown): HoldfastError {
  return new HoldfastError('STORAGE_OBJECT_MISSING', {
    kind: 'unavailable',
    message: `The bytes ${sha256.slice(0, 12)}… are not on the storage.`,
    action: 'Check that the data folder is mounted; otherwise restore the object from a backup.',
    values: { sha256 },
    cause,
  });
}
